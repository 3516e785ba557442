package dev.tally.generate;

import org.jspecify.annotations.Nullable;

/**
 * The records to send, by number. One thread asks for the key and then for the value of every
 * record, in order and once each, so that an implementation may carry state from one to the next.
 */
public interface Records {
  /** What these records are, in words for a message: "there are only 7 records in NAME". */
  String name();

  /** How many there are; {@link Long#MAX_VALUE} if they have no end. */
  long size();

  /** How many of the first records are sent as fast as the brokers take them, at any rate. */
  default long unpaced() {
    return 0;
  }

  /**
   * The key of record n; null for none.
   *
   * @param n from 0; from {@link #size()} on, the records start over, and their event times go on
   */
  byte @Nullable [] key(long n);

  /**
   * The value of record n, a new array.
   *
   * @param wallNanos the time of sending in nanoseconds since 1970, for records that tell it
   */
  byte[] value(long n, long wallNanos);
}
