/** Saved state in RocksDB. No other package knows RocksDB. */
@NullMarked
package dev.tally.state;

import org.jspecify.annotations.NullMarked;
