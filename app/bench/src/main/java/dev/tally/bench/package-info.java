/** tally measured beside the limit and its peers, on a real broker. */
@NullMarked
package dev.tally.bench;

import org.jspecify.annotations.NullMarked;
