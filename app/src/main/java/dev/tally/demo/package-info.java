/**
 * The show of `tally demo`: a broker, a producer and instances as child processes, their figures on
 * a screen, and the verification at the end.
 *
 * <p>Read {@link Demo}, the course of the show, then {@code Act}, what it has to know of the job
 * that is shown, and {@code Programs}, the processes in it. Once a second {@code Meter} turns what
 * {@code Gauges} (the broker's view) and a {@code ResultReader} (a reader's view) tell into a
 * {@code View}, which lays itself out and {@code Screen} draws. {@code AnswerReader}, {@code
 * TotalsView} and {@code TotalsTable} are those of rolling-sum; {@code MinuteReader}, {@code
 * MinutesView} and {@code MinutesTable} those of unique-users.
 */
@NullMarked
package dev.tally.demo;

import org.jspecify.annotations.NullMarked;
