/**
 * Sends records to a topic at a rate, and creates the topic if there is none. What the records are,
 * it does not know: {@link dev.tally.generate.Records} gives them by number, and a package for each
 * kind implements it, such as {@code sales}.
 *
 * <p>Read in this order: {@link dev.tally.generate.Records} and {@link dev.tally.generate.Plan},
 * what to send and how; {@link dev.tally.generate.Generator}, which sends it; {@code Pace} and
 * {@code Time}, its parts.
 */
@NullMarked
package dev.tally.generate;

import org.jspecify.annotations.NullMarked;
