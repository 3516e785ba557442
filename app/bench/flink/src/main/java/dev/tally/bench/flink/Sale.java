package dev.tally.bench.flink;

/** What the sum needs of a row; one object is reused for all. */
public final class Sale {
  // Public, as Flink wants the fields of a type that it is to serialise without Kryo.
  public String code = "";
  public long epochNanos;
  public byte[] epochText = {};
  public long micros;
}
