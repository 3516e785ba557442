package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.jobs.rollingsum.RollingSum.Miskeyed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class ChoiceTest {
  private final Choice<Miskeyed> choice = new Choice<>(Miskeyed.class);

  @Test
  void everyValueIsReadAsItIsSpelled() {
    for (Miskeyed value : Miskeyed.values()) {
      assertEquals(value, choice.convert(Choice.spelled(value)));
    }
    assertEquals("dead-letter", Choice.spelled(Miskeyed.DEAD_LETTER));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "DEAD_LETTER", "dead_letter", "Fail", "skip"})
  void anythingElseIsRefusedWithTheAcceptedValues(String text) {
    TypeConversionException refused =
        assertThrows(TypeConversionException.class, () -> choice.convert(text));
    assertEquals("'" + text + "' is none of: fail, dead-letter, accept", refused.getMessage());
  }
}
