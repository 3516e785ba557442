@NullMarked
package dev.tally.generate.orders;

import org.jspecify.annotations.NullMarked;
