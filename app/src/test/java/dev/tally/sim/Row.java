package dev.tally.sim;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * An input record: its bytes, and what they say, so that the oracle need not parse them.
 *
 * @param sale null if the record is unreadable
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Row(
    byte @Nullable [] key, byte @Nullable [] value, long timestampMillis, @Nullable Sale sale) {
  record Sale(String code, BigDecimal amount, BigDecimal epochSeconds, String epochText) {}
}
