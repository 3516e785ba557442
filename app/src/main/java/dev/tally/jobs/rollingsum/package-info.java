/**
 * The rolling sum: each sales row is answered with the exact total of its StockCode over the ten
 * minutes, or another window, that end at the row. A shard takes the rows of one partition in
 * order. It parses a row, adds it to the window of its StockCode, and emits the sum; rows that are
 * unreadable, miskeyed, late or from the future become dead letters. Rows are kept until no answer
 * can need them, and are saved as a journal, from which a restart restores the windows.
 *
 * <p>Reading order:
 *
 * <ol>
 *   <li>{@link dev.tally.jobs.rollingsum.RollingSum}, the job and its settings; {@code
 *       RollingSumShard}, whose {@code apply} is the whole way of a row.
 *   <li>Bytes in: {@code SaleScanner} reads ordinary rows, {@code SaleReader} all others, and says
 *       what is wrong with them ({@code Unreadable}). Both fill a {@code Sale}, with its {@code
 *       StockCode}.
 *   <li>Windows: {@code Windows} decides what comes, goes and is read back. {@code WindowTable}
 *       holds the rows, found through {@code HashIndex}; {@code Sum} adds up; {@code Pair} is two
 *       ints.
 *   <li>Answers out: {@code SaleTotal}.
 *   <li>Saved state: {@code Journal} buffers rows, {@code SliceFormat} draws keys and values,
 *       {@code SavedRowWriter} and {@code SavedRowReader} encode and decode a row.
 *   <li>Looking at saved state: {@code WindowCounter}, which gives {@link
 *       dev.tally.jobs.rollingsum.SavedWindows}.
 * </ol>
 *
 * <p>Threads: a job is immutable and shared. A shard and everything that it owns are confined to
 * the worker thread that owns the partition; nothing here locks.
 */
@NullMarked
package dev.tally.jobs.rollingsum;

import org.jspecify.annotations.NullMarked;
