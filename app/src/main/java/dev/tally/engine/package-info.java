/**
 * The step that a worker repeats, and what follows when it fails. It knows Kafka's records and
 * offsets but no client, no store and no job: those come in through {@link
 * dev.tally.engine.Session}, {@link dev.tally.job.StateStore} and {@link dev.tally.job.Job}, so
 * that a simulation can provide them.
 *
 * <p>To read in this order: {@code Engine} (the step), {@code Task} (one partition, live or
 * replaying), {@code Outlet} (what it emits); then {@code Assignment} and {@code StartPoint} (where
 * a partition begins), {@code Table} (what a job reads beside its input), {@code Checkpoint} and
 * {@code Position} (what Kafka and the disk remember); then {@code Worker} and {@code RetryBudget}
 * (what follows a failure).
 */
@NullMarked
package dev.tally.engine;

import org.jspecify.annotations.NullMarked;
