/** Saved state in RocksDB; the only package that knows of RocksDB. */
@NullMarked
package dev.tally.state;

import org.jspecify.annotations.NullMarked;
