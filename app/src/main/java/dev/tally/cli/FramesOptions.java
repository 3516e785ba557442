package dev.tally.cli;

import dev.tally.generate.Records;
import dev.tally.generate.frames.FrameMix;
import dev.tally.generate.frames.FrameRecords;
import dev.tally.generate.frames.FrameTime;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of `tally generate` that shape frames. */
final class FramesOptions {
  enum Decoys {
    ON,
    OFF
  }

  @Option(
      names = "--users",
      defaultValue = "100000",
      paramLabel = "N",
      description =
          "Frames: how many users there are, some of them far more active than others. Default:"
              + " ${DEFAULT-VALUE}.")
  private long users;

  @Option(
      names = "--start",
      defaultValue = "now",
      paramLabel = "now|TIME",
      description =
          "Frames: ts is the time of sending, or that of a clock that starts at a time such as"
              + " 2016-07-11T13:39:00Z. Default: ${DEFAULT-VALUE}.")
  private String start = "";

  @Option(
      names = "--frames.per.second",
      paramLabel = "N",
      description =
          "Frames: how many there are per second of event time if --start is a time; 0.02 makes a"
              + " sparse history. Default: 1000.")
  private @Nullable String framesPerSecond;

  @Option(
      names = "--late.share",
      defaultValue = "0.001",
      paramLabel = "SHARE",
      converter = ShareConverter.class,
      description = "Frames: the share whose ts is behind, 0 to 1. Default: ${DEFAULT-VALUE}.")
  private double lateShare;

  @Option(
      names = "--late.seconds",
      defaultValue = "30",
      paramLabel = "MAX",
      description =
          "Frames: the most that such a ts is behind; all delays from 1 s on are equally likely."
              + " Default: ${DEFAULT-VALUE}.")
  private int lateSecondsMax;

  @Option(
      names = "--flips",
      defaultValue = "0",
      paramLabel = "SHARE",
      converter = ShareConverter.class,
      description =
          "Frames: the share in which one of the low 32 bits of ts is flipped, 0 to 1. Default:"
              + " ${DEFAULT-VALUE}.")
  private double flipShare;

  @Option(
      names = "--decoys",
      defaultValue = "on",
      paramLabel = "on|off",
      description =
          "Frames: whether there are members named uid and ts below the root, texts that look like"
              + " them, and names written with escapes. Default: ${DEFAULT-VALUE}.")
  private Decoys decoys = Decoys.ON;

  @Option(
      names = "--string.ts",
      defaultValue = "0.1",
      paramLabel = "SHARE",
      converter = ShareConverter.class,
      description =
          "Frames: the share whose ts is a string holding the number, 0 to 1. Default:"
              + " ${DEFAULT-VALUE}.")
  private double stringTsShare;

  /**
   * The frames, not prepared yet.
   *
   * @param keyed whether the key of a record is its uid
   * @throws dev.tally.Stop if a flag is out of bounds
   */
  Supplier<Records> records(boolean keyed, long seed) {
    FrameTime time = FrameTime.parse(start, framesPerSecond);
    FrameMix mix =
        new FrameMix(
            users, lateShare, lateSecondsMax, flipShare, stringTsShare, decoys == Decoys.ON, seed);
    return () -> new FrameRecords(mix, time, keyed);
  }
}
