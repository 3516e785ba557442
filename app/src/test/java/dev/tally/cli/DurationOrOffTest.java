package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class DurationOrOffTest {
  @Test
  void aDurationOrOffIsReadAndSpelledAsItWasGiven() {
    assertEquals(Optional.of(Duration.ofHours(1)), DurationOrOff.parse("1h").limit());
    assertEquals(Optional.of(Duration.ZERO), DurationOrOff.parse("0s").limit());
    assertEquals(Optional.empty(), DurationOrOff.parse("off").limit());
    for (String text : new String[] {"0s", "90s", "1h", "off"}) {
      assertEquals(text, DurationOrOff.parse(text).toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Off", "none", "1", "-1h"})
  void anythingElseIsRefusedWithBothForms(String text) {
    TypeConversionException refused =
        assertThrows(TypeConversionException.class, () -> DurationOrOff.parse(text));
    String said = String.valueOf(refused.getMessage());
    assertTrue(said.contains("'" + text + "'") && said.contains("10m"), said);
    assertTrue(said.endsWith(", or off"), said);
  }
}
