package dev.tally.cli;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of a flag such as `--future.max` that takes a duration, or `off` for none.
 *
 * @param limit empty for `off`
 */
record DurationOrOff(Optional<Duration> limit) {
  private static final String OFF = "off";

  static DurationOrOff parse(String text) {
    if (text.equals(OFF)) {
      return new DurationOrOff(Optional.empty());
    }
    try {
      return new DurationOrOff(Optional.of(new Durations().convert(text)));
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
