/**
 * Orders as records to send: JSON objects of about 4.5 kB with 1 to 100 order_lines, their sum as
 * amount, and a timestamp in one of the forms that clients write; and the customers they are of, as
 * a CSV file.
 *
 * <p>Read in this order: {@link dev.tally.generate.orders.OrderMix} and {@link
 * dev.tally.generate.orders.History}, what was asked for; {@code Ids} and {@code Timestamp}, parts
 * of an order; {@link dev.tally.generate.orders.OrderRecords}, which puts them together; {@link
 * dev.tally.generate.orders.CustomersFile}.
 */
@NullMarked
package dev.tally.generate.orders;

import org.jspecify.annotations.NullMarked;
