@NullMarked
package dev.tally.job;

import org.jspecify.annotations.NullMarked;
