/**
 * The real engine and job on a broker and a disk that are made to fail, one thread, one seed: what
 * the program promises is checked after everything that happens.
 */
@NullMarked
package dev.tally.sim;

import org.jspecify.annotations.NullMarked;
