/**
 * The unique users: how many different uids sent a frame in each minute, hour, day, week, month and
 * year of UTC.
 *
 * <p>Reading order:
 *
 * <ol>
 *   <li>{@code UniqueUsers}: the settings and the three stages, {@code Parts}, {@code Minutes} and
 *       {@code Calendar}, each a job of its own.
 *   <li>Bytes in: {@code FrameScanner} reads ordinary frames, {@code FrameReader} all others, and
 *       says what is wrong with them ({@code sources.Unreadable}). Both fill a {@code Frame}, with
 *       the {@code UidHash} of its uid.
 *   <li>Stage 1: {@code PartsShard} decides which frames count, by a {@code sources.SourceClock},
 *       gathers them, each minute in a {@code MinuteTally}, and sends a {@code Part}.
 *   <li>Counting: {@code UserSet}, a {@code Window} of a {@code WindowKind}, and the result that it
 *       tells.
 *   <li>Stage 2: {@code sources.Sources}, {@code Hour}, {@code MinutesShard}, which sends an {@code
 *       HourRecord}.
 *   <li>Stage 3: {@code CalendarShard}.
 * </ol>
 *
 * <p>Threads: whatever holds state is confined to the worker thread that owns the partition;
 * nothing here locks.
 */
@NullMarked
package dev.tally.jobs.uniqueusers;

import org.jspecify.annotations.NullMarked;
