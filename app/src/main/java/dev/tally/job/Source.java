package dev.tally.job;

/**
 * A partition, as the job that reads it knows it.
 *
 * @param topicIdHigh the upper half of the topic's id; a topic created anew under the same name has
 *     another id
 * @param topicIdLow the lower half
 * @param partition from 0
 * @param partitions how many the topic has
 */
public record Source(long topicIdHigh, long topicIdLow, int partition, int partitions) {}
