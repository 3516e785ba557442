package dev.tally.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads and writes eight bytes of an array as a long, the first byte lowest. */
public final class LittleEndian {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  public static long get(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  public static void set(byte[] bytes, int at, long value) {
    LONG.set(bytes, at, value);
  }

  /** The first `count` bytes, one to eight, of what {@link #get} returned. */
  public static long low(long value, int count) {
    int excess = Long.SIZE - Byte.SIZE * count;
    return value << excess >>> excess;
  }
}
