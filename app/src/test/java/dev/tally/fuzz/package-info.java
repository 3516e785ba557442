/** Tries decoders on malformed bytes, chosen at random from a seed or guided by coverage. */
@NullMarked
package dev.tally.fuzz;

import org.jspecify.annotations.NullMarked;
