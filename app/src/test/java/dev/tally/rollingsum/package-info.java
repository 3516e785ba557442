@NullMarked
package dev.tally.rollingsum;

import org.jspecify.annotations.NullMarked;
