/** Decoders on bytes that nobody would write, at random by seed or guided by coverage. */
@NullMarked
package dev.tally.fuzz;

import org.jspecify.annotations.NullMarked;
