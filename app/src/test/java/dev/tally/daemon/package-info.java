@NullMarked
package dev.tally.daemon;

import org.jspecify.annotations.NullMarked;
