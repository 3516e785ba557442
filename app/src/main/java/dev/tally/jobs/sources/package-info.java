/**
 * What the first stage of a job has to know of its input's partitions, the *sources*, and tells the
 * stage that brings them together: what time it is in each, and which of its records are covered.
 * Also how the objects in them are read.
 *
 * <p>Reading order:
 *
 * <ol>
 *   <li>Bytes in: {@code RootObject} reads what a record holds, or says why it is {@code
 *       Unreadable}.
 *   <li>First stage: {@code RecentTimes} is what the last records say of the time, {@code
 *       SourceClock} what is believed of it and when it is told.
 *   <li>In between: {@code Range}, the header of what one commit of a source sends.
 *   <li>Second stage: {@code Sources} is what the ranges have told.
 * </ol>
 *
 * <p>Threads: whatever holds state is confined to the worker thread that owns the partition;
 * nothing here locks.
 */
@NullMarked
package dev.tally.jobs.sources;

import org.jspecify.annotations.NullMarked;
