package dev.tally.jobs.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.job.Fetched;
import dev.tally.jobs.sources.Unreadable;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Frames as text, so that two can be compared and a difference is easy to read. */
final class FrameText {
  private FrameText() {}

  /** The frame that the reader makes of a value, or its message if it refuses it. */
  static String read(byte @Nullable [] value) {
    Frame frame = new Frame();
    try {
      FrameReader.read(value, frame);
    } catch (Unreadable e) {
      return "unreadable: " + e.what();
    }
    return of(frame);
  }

  /** The frame that the scanner makes of a value; null if it leaves it to the reader. */
  static @Nullable String scan(byte[] value) {
    Frame frame = new Frame();
    return new FrameScanner().scan(Fetched.view(value), frame) ? of(frame) : null;
  }

  static String of(Frame frame) {
    return HexFormat.of().toHexDigits(frame.hash()) + " at " + frame.tsSeconds() + " s";
  }

  /** The frame with this uid and ts. */
  static String of(String uid, long tsSeconds) {
    byte[] bytes = uid.getBytes(UTF_8);
    Frame frame = new Frame();
    frame.set(UidHash.of(bytes, 0, bytes.length), tsSeconds);
    return of(frame);
  }
}
