@NullMarked
package dev.tally.it;

import org.jspecify.annotations.NullMarked;
