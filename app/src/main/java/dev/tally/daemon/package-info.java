/**
 * A job as a process: {@code Daemon} starts the workers and ends with them, {@code UntilEnd} tells
 * when the input of the start is answered, and {@code Watch} tells an operator how it goes.
 */
@NullMarked
package dev.tally.daemon;

import org.jspecify.annotations.NullMarked;
