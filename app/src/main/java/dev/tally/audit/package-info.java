/**
 * The independent audit: what every answer must be, from the definition alone, and how it compares
 * with what stands in Kafka. Shares no code with the job. {@link dev.tally.audit.Comparison} and
 * all it uses is pure; Kafka is met only in Audit, Cluster and TopicReader.
 */
@NullMarked
package dev.tally.audit;

import org.jspecify.annotations.NullMarked;
