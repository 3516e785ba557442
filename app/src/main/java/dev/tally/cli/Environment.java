package dev.tally.cli;

import dev.tally.OutOfMemory;
import dev.tally.kafka.Codecs;

/** Tells failures of the environment from those of the program. */
final class Environment {
  private Environment() {}

  /**
   * The stop that names a failure of the environment, or else what was thrown. Does not return if
   * memory is used up.
   */
  static Throwable named(Throwable thrown) {
    OutOfMemory.haltIfCauseOf(thrown);
    return Codecs.unusable(thrown).<Throwable>map(stop -> stop).orElse(thrown);
  }
}
