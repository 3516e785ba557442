package dev.tally.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonParser;
import dev.tally.demo.MinutesView.Window;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class MinuteReaderTest {
  private static final String START = "2026-01-31T16:40:00Z";
  private static final long END_MILLIS = Instant.parse("2026-01-31T16:41:00Z").toEpochMilli();

  private static Window after(@Nullable Window last, long frames, boolean closes, long readMillis) {
    String result =
        """
        {"window":"minute","start":"%s","end":"2026-01-31T16:41:00Z","users":%d,"exact":true,\
        "lower":%d,"upper":%d,"frames":%d,"final":%b}"""
            .formatted(START, frames / 2, frames / 2, frames / 2, frames, closes);
    return MinuteReader.after(
        last, "minute", START, JsonParser.parseString(result).getAsJsonObject(), readMillis);
  }

  @Test
  void theFirstFinalResultTellsWhenTheWindowClosedAndLaterOnesCorrectIt() {
    Window open = after(null, 10, false, END_MILLIS - 30_000);
    assertFalse(open.closed());
    assertEquals(OptionalLong.empty(), open.afterMillis());
    Window closed = after(open, 20, true, END_MILLIS + 5_200);
    assertEquals(
        new Window("minute", START, 10, true, 20, true, OptionalLong.of(5_200), 0), closed);
    Window corrected = after(closed, 22, true, END_MILLIS + 9_000);
    assertEquals(
        new Window("minute", START, 11, true, 22, true, OptionalLong.of(5_200), 1), corrected);
  }

  @Test
  void aWindowThatIsClosedBeforeItsEndHasNoTimeAfterIt() {
    Window closed = after(null, 20, true, END_MILLIS - 4_600);
    assertEquals(new Window("minute", START, 10, true, 20, true, OptionalLong.empty(), 0), closed);
  }
}
