@NullMarked
package dev.tally.launcher;

import org.jspecify.annotations.NullMarked;
