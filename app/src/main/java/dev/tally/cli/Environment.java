package dev.tally.cli;

import dev.tally.OutOfMemory;
import dev.tally.kafka.Codecs;

/** Tells failures of what the program runs in from those of the program. */
final class Environment {
  private Environment() {}

  /**
   * The stop that names the environment's failure, or what was thrown. Does not return if memory is
   * used up.
   */
  static Throwable named(Throwable thrown) {
    OutOfMemory.haltIfCauseOf(thrown);
    return Codecs.unusable(thrown).<Throwable>map(stop -> stop).orElse(thrown);
  }
}
