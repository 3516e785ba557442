@NullMarked
package dev.tally.jobs.rollingsum;

import org.jspecify.annotations.NullMarked;
