@NullMarked
package dev.tally.generate;

import org.jspecify.annotations.NullMarked;
