package dev.tally.cli;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of `--future.max`: how far ahead of its record timestamp an event time is believed.
 *
 * @param limit empty for `off`, with which it is believed however far ahead it is
 */
record FutureMax(Optional<Duration> limit) {
  private static final String OFF = "off";

  static FutureMax parse(String text) {
    if (text.equals(OFF)) {
      return new FutureMax(Optional.empty());
    }
    try {
      return new FutureMax(Optional.of(new Durations().convert(text)));
    } catch (TypeConversionException e) {
      throw new TypeConversionException(e.getMessage() + ", or " + OFF);
    }
  }

  /** As a flag would give it. */
  @Override
  public String toString() {
    return limit.map(Durations::spelled).orElse(OFF);
  }
}
