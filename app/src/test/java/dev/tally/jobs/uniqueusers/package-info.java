@NullMarked
package dev.tally.jobs.uniqueusers;

import org.jspecify.annotations.NullMarked;
