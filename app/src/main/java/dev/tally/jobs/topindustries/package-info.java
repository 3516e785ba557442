/**
 * The top industries: the three whose orders of the last 24 hours differ most from their average of
 * the thirty days before, as of every whole hour.
 *
 * <p>Reading order:
 *
 * <ol>
 *   <li>{@code TopIndustries}: the settings and the two stages, {@code Orders} and {@code Rank},
 *       each a job of its own.
 *   <li>Bytes in: {@code OrderScanner} reads ordinary orders ({@code TimeText}, {@code UuidText}),
 *       {@code OrderReader} all others, and says what is wrong with them. Both give an {@code
 *       Order}.
 *   <li>Stage 1: {@code OrdersShard} sends a {@code Fact} for each order that counts and, by a
 *       {@code sources.SourceClock}, a {@code RangeRecord} for each commit.
 *   <li>Stage 2: {@code RankShard}, with {@code KnownOrders}, {@code Customers} ({@code
 *       CustomerRow}) and {@code IndustryHours}, which hold each {@code Total}; {@code Keys} is
 *       what of that is saved, {@code UnsavedChanges} what is not saved yet.
 *   <li>Answers: {@code Ranking}.
 * </ol>
 *
 * <p>Threads: whatever holds state is confined to the worker thread that owns the partition;
 * nothing here locks.
 */
@NullMarked
package dev.tally.jobs.topindustries;

import org.jspecify.annotations.NullMarked;
