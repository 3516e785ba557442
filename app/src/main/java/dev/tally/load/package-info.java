/**
 * Sends what files hold: orders, one record each, and customers, as a table on a compacted topic.
 *
 * <p>Read in this order: {@code JsonObjects}, what a file of orders holds, and {@link
 * dev.tally.load.OrderLoad}, which sends them; {@link dev.tally.load.Industries}, {@code
 * CustomerBatch} and {@code Customer}, what files of customers say, {@code CustomerTable}, what the
 * topic says, and {@link dev.tally.load.CustomerLoad}, which sends the difference; {@link
 * dev.tally.load.CustomerWatch}, which does so whenever a file has changed. {@code Publisher} sends
 * for both, and {@code InputFile} opens what may be compressed.
 */
@NullMarked
package dev.tally.load;

import org.jspecify.annotations.NullMarked;
