@NullMarked
package dev.tally.jobs.sources;

import org.jspecify.annotations.NullMarked;
