/**
 * What every package may use: how the program ends ({@link dev.tally.Stop}), what made it fail, in
 * words, how a duration is written and bounded, and which name was probably meant.
 */
@NullMarked
package dev.tally;

import org.jspecify.annotations.NullMarked;
