/**
 * Sales rows as records to send: the rows of a CSV file, encoded as the original producer encodes
 * them, each with the event time of its turn.
 *
 * <p>Read in this order: {@link dev.tally.generate.sales.Rows} and {@link
 * dev.tally.generate.sales.Row}, what a file holds; {@code JsonRows} with {@link
 * dev.tally.generate.sales.RowKey} and {@link dev.tally.generate.sales.Missing}, a row as a key and
 * a value; {@link dev.tally.generate.sales.EventTime} with {@code InvoiceDate} and {@code
 * EpochText}; {@link dev.tally.generate.sales.SalesRecords}, which puts them together.
 */
@NullMarked
package dev.tally.generate.sales;

import org.jspecify.annotations.NullMarked;
