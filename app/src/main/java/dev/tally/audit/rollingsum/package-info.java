/**
 * The audit of the rolling sum: recomputes every answer from the definition alone, and compares it
 * with what is in Kafka. Everything but {@code Audit} is pure.
 *
 * <p>Read in this order: {@code Rules}, {@code Row} and {@code Verdict}, the definition; {@code
 * Recomputation} with its {@code SumTree}, and {@code Verdicts}, what must have become of each row;
 * {@code AnswerText}, an answer as it is written; {@code Comparison}, which matches the two, with
 * {@code Places} and {@code Agreements}; {@code Mismatches}, which explains what is left; {@code
 * Audit}, which reads the topics and drives them all.
 */
@NullMarked
package dev.tally.audit.rollingsum;

import org.jspecify.annotations.NullMarked;
