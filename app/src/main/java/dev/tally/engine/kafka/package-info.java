/**
 * The engine's port to Kafka on the real clients. To read in this order: {@code KafkaSession} (both
 * clients of one worker), {@code Remedy} (what each of their failures means), {@code ClientTuning}
 * (their settings, each with its reason), {@code Poller} and {@code Sender} (the two halves of the
 * hot path), {@code PartitionLookup} and {@code UnownedPartitions} (what the brokers are asked),
 * {@code Topics} and {@code TopicRules} (what must be true of the topics).
 */
@NullMarked
package dev.tally.engine.kafka;

import org.jspecify.annotations.NullMarked;
