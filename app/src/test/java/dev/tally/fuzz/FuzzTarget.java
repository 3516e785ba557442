package dev.tally.fuzz;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A decoder that must give a value or a named refusal for any bytes. What is not that, takes longer
 * than {@link SeededFuzz#INPUT_SECONDS_MAX} or allocates more than {@link
 * SeededFuzz#INPUT_ALLOCATION_MAX} is a fault, and the input is printed.
 *
 * <p>Every build tries the same inputs. {@code -Dtest='*FuzzTest' -Dtally.fuzz.seconds=300} tries
 * others for so long on each decoder, from a seed that it prints and {@code -Dtally.fuzz.seed=N}
 * repeats; with the profile {@code -Pcoverage-guided} Jazzer chooses them. {@code
 * -Dtally.fuzz.input=HEX} tries one.
 */
public interface FuzzTarget {
  /** How many inputs every build tries. */
  int inputs();

  /** Sound inputs and nasty ones, to be mutated. */
  List<byte[]> seeds();

  /** What the decoder knows the meaning of. */
  List<String> tokens();

  /**
   * Decodes.
   *
   * @return whether the input is a value; false if it was refused by name
   * @throws Throwable if neither
   */
  boolean accepts(byte[] input) throws Throwable;

  @Test
  default void anyBytesAreAValueOrANamedRefusal() throws Exception {
    int seconds = Integer.getInteger("tally.fuzz.seconds", 0);
    if (seconds > 0 && CoverageGuidedFuzz.available()) {
      CoverageGuidedFuzz.run(this, seconds);
    } else {
      SeededFuzz.run(this, seconds);
    }
  }
}
