@NullMarked
package dev.tally.jobs.topindustries;

import org.jspecify.annotations.NullMarked;
