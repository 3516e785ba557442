package dev.tally.fuzz;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A decoder that must return a value or refuse by name, for any bytes. Anything else is a fault,
 * and so is an input that takes longer than {@link SeededFuzz#INPUT_SECONDS_MAX} or allocates more
 * than {@link SeededFuzz#INPUT_ALLOCATION_MAX}. The input of a fault is printed.
 *
 * <p>Every build tries the same inputs. {@code -Dtest='*FuzzTest' -Dtally.fuzz.seconds=300} tries
 * other inputs on each decoder for that time. It prints its seed, which {@code -Dtally.fuzz.seed=N}
 * repeats. With the profile {@code -Pcoverage-guided} Jazzer chooses the inputs. {@code
 * -Dtally.fuzz.input=HEX} tries a single one.
 */
public interface FuzzTarget {
  /** The number of inputs that every build tries. */
  int inputs();

  /** Sound inputs and nasty ones, from which mutations are made. */
  List<byte[]> seeds();

  /** Texts that mean something to the decoder. */
  List<String> tokens();

  /**
   * Decodes an input.
   *
   * @return true if it is a value, false if it was refused by name
   * @throws Throwable if it is neither
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
