/** Rolling sums with Kafka Streams, in four ways. */
@NullMarked
package dev.tally.bench.streams;

import org.jspecify.annotations.NullMarked;
