/**
 * What every package may use: how the program ends ({@link dev.tally.Stop}), what made it fail, in
 * words, and how a duration is written and bounded.
 */
@NullMarked
package dev.tally;

import org.jspecify.annotations.NullMarked;
