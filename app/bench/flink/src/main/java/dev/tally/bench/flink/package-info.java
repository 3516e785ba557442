/** The rolling sum as Flink jobs, each a program that answers every row exactly once. */
@NullMarked
package dev.tally.bench.flink;

import org.jspecify.annotations.NullMarked;
