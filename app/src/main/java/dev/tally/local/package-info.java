/**
 * A job without Kafka: the same shards, fed from a stream of lines, with nothing to recover. {@code
 * LocalRun} is all of it.
 */
@NullMarked
package dev.tally.local;

import org.jspecify.annotations.NullMarked;
