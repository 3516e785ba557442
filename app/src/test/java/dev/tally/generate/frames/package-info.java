@NullMarked
package dev.tally.generate.frames;

import org.jspecify.annotations.NullMarked;
