/**
 * Kafka clients as the user configures them, and what a failure of theirs means to that user. The
 * engine, the audit and the generator open their clients here; none of it knows a job.
 *
 * <p>Read first {@link ClientSettings}, which merges what the user gave with what tally must own,
 * and {@link Connection}, which turns a client's failure into a stop with a cure. Where no broker
 * answers, {@code Diagnosis} finds out why, with {@code Greeting} and {@code Tls} as its means;
 * {@link Codecs} recognises native libraries that cannot be loaded.
 *
 * <p>{@link TargetTopic} makes a topic ready for what a program sends to it.
 *
 * <p>The rest are three properties of Kafka that callers must not rediscover: a new topic is not
 * ready at once ({@link NewTopics}), a poll has no bound in bytes ({@link PollBudget}), and some
 * brokers lose the end of a transaction ({@link TransactionEnds}).
 */
@NullMarked
package dev.tally.kafka;

import org.jspecify.annotations.NullMarked;
