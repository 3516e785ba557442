@NullMarked
package dev.tally.json;

import org.jspecify.annotations.NullMarked;
