package dev.tally.bench.flink;

/** The answer to a row; one object is reused for all. */
public final class Answer {
  // Public, as Flink wants the fields of a type that it is to serialise without Kryo.
  public String code = "";
  public byte[] epochText = {};
  public long sumMicros;
}
