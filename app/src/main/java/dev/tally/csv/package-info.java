/** Comma-separated files: sales rows and customers come in them. */
@NullMarked
package dev.tally.csv;

import org.jspecify.annotations.NullMarked;
