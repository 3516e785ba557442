@NullMarked
package dev.tally.engine;

import org.jspecify.annotations.NullMarked;
