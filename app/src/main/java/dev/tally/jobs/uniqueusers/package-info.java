/**
 * The unique users: how many different uids sent a frame in each minute, hour, day, week, month and
 * year of UTC.
 *
 * <p>Reading order:
 *
 * <ol>
 *   <li>Bytes in: {@code FrameScanner} reads ordinary frames, {@code FrameReader} all others, and
 *       says what is wrong with them ({@code Unreadable}). Both fill a {@code Frame}, with the
 *       {@code UidHash} of its uid.
 *   <li>Which frames count: {@code RecentTimes}.
 *   <li>Counting: {@code UserSet}.
 * </ol>
 *
 * <p>Threads: whatever holds state is confined to the worker thread that owns the partition;
 * nothing here locks.
 */
@NullMarked
package dev.tally.jobs.uniqueusers;

import org.jspecify.annotations.NullMarked;
