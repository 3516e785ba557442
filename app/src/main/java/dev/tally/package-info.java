@NullMarked
package dev.tally;

import org.jspecify.annotations.NullMarked;
