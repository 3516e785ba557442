package dev.tally.jobs.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.fuzz.Frames;
import dev.tally.generate.frames.FrameMix;
import dev.tally.generate.frames.FrameRecords;
import dev.tally.generate.frames.FrameTime;
import dev.tally.job.Fetched;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanner reads what is ordinary, and all of that; {@code FrameFuzzTest} has the rest. */
final class FrameScannerTest {
  private final FrameScanner scanner = new FrameScanner();
  private final Frame frame = new Frame();

  @Test
  void framesInAnyOrderWithDecoysAreScannedAndReadAlike() {
    Random random = new Random(1);
    int scanned = 0;
    for (int i = 0; i < 3_000; i++) {
      Frames.Made made = Frames.ordinary(random);
      String expected = FrameText.of(made.uid(), made.tsSeconds());
      assertEquals(expected, FrameText.read(made.bytes()), made::json);
      if (scanner.scan(Fetched.view(made.bytes()), frame)) {
        scanned++;
        assertEquals(expected, FrameText.of(frame), made::json);
      }
    }
    // The others have short names with escapes, or escaped surrogates in a name.
    assertTrue(scanned > 1_000, scanned + " of 3,000 took the fast path");
  }

  @Test
  void aFrameThatIsCutOffAnywhereIsNotReadFromTheBytesAfterIt() {
    Random random = new Random(2);
    for (int i = 0; i < 20; i++) {
      byte[] bytes = Frames.ordinary(random).bytes();
      String whole = FrameText.read(bytes);
      for (int length = 0; length < bytes.length; length++) {
        // The rest of the frame lies after the cut, where the next record of a fetch lies.
        if (scanner.scan(ByteBuffer.wrap(bytes, 0, length), frame)) {
          assertEquals(whole, FrameText.of(frame));
          assertEquals(whole, FrameText.read(Arrays.copyOf(bytes, length)));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"uid\":\"u\",\"ts\":7}",
        "{\"ts\":\"7\",\"uid\":\"u\"}",
        " { \"x\" : [ ] , \"ts\" : 7 , \"uid\" : \"u\" } ",
        "{\"uid\":\"u\",\"uid\":5,\"ts\":7,\"ts\":[]}",
        "{\"a\":{\"uid\":\"x\",\"ts\":[1,{\"uid\":2}]},\"uid\":\"u\",\"ts\":7}",
        "{\"a\":[[],{},[{}],\"\\\"uid\\\":\"],\"uid\":\"u\",\"ts\":7}",
        "{\"a\":1e5,\"b\":-1.5E-7,\"c\":[0e0],\"uid\":\"u\",\"ts\":7}",
        "{\"a\":\"\\ud83d\\u0436\\n\",\"uid\":\"u\",\"ts\":7}",
        "{\"\u0438\u043c\u044f\":\"\u0436\",\"uid\":\"u\",\"ts\":7}",
        "{\"\\u0438\\u043c\\u044f \\u2116\":1,\"uid\":\"u\",\"ts\":7}",
        "{\"\\u0075id\":\"u\",\"uid\":\"v\",\"\\u0074\\u0073\":7}",
        "{\"uid\":\"u\",\"ts\":7 and whatever comes after both"
      })
  void whatProducersWriteTakesTheFastPath(String json) {
    assertTrue(scanner.scan(Fetched.view(json.getBytes(UTF_8)), frame));
    assertEquals(FrameText.of("u", 7), FrameText.of(frame));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"uid\":\"\\u0075\",\"ts\":7}",
        "{\"uid\":\"u\",\"ts\":\"\\u0037\"}",
        "{\"uid\":\"u\",\"ts\":7",
        "{\"\\ud83d\":1,\"uid\":\"u\",\"ts\":7}"
      })
  void whatIsUnusualIsLeftToTheReader(String json) {
    assertFalse(scanner.scan(Fetched.view(json.getBytes(UTF_8)), frame));
  }

  /** The reader takes several times as long, so what it is left with decides about speed. */
  @Test
  void onlyAUidWithEscapesIsLeftToTheReaderOfWhatIsGenerated() {
    FrameMix mix = new FrameMix(100_000, 0.001, 30, 0.001, 0.1, /* decoys= */ true, /* seed= */ 1);
    FrameRecords frames =
        new FrameRecords(mix, FrameTime.parse("2016-07-11T13:39:00Z", "1000"), /* keyed= */ false);
    int left = 0;
    for (int n = 0; n < 10_000; n++) {
      left += scanner.scan(ByteBuffer.wrap(frames.value(n, 0)), frame) ? 0 : 1;
    }
    assertTrue(left < 500, left + " of 10,000 frames"); // 3 of 64 users have one to escape
  }

  @Test
  void aFrameThatIsLeftToTheReaderLeavesThePreviousOneInPlace() {
    frame.set(1, 2);
    byte[] bytes = "{\"uid\":\"u\",\"ts\":-7}".getBytes(UTF_8);
    assertFalse(scanner.scan(Fetched.view(bytes), frame));
    assertEquals(1, frame.hash());
    assertEquals(2, frame.tsSeconds());
  }
}
