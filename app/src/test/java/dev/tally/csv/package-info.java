@NullMarked
package dev.tally.csv;

import org.jspecify.annotations.NullMarked;
