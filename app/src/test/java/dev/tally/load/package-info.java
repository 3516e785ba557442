@NullMarked
package dev.tally.load;

import org.jspecify.annotations.NullMarked;
