@NullMarked
package dev.tally.state;

import org.jspecify.annotations.NullMarked;
