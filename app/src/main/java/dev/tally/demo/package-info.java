/**
 * The show of `tally demo`: a broker, a producer and instances as child processes, their figures on
 * a screen, and the verification at the end.
 *
 * <p>Read {@link Demo}, the course of the show, then {@code Programs}, the processes in it. Once a
 * second {@code Meter} turns what {@code Gauges} (the broker's view) and {@code AnswerReader} (a
 * reader's view) tell into a {@code Snapshot}, which {@code Table} lays out and {@code Screen}
 * draws.
 */
@NullMarked
package dev.tally.demo;

import org.jspecify.annotations.NullMarked;
