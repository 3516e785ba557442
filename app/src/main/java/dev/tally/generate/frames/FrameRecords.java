package dev.tally.generate.frames;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tally.generate.Records;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Frames without end. Each is a function of its number, the seed and the time of sending. */
public final class FrameRecords implements Records {
  /** 4 MB of bodies: enough that a batch of records hardly ever repeats one. */
  private static final int BODIES = 2048;

  /** More numbers than a frame draws, so that no two frames draw the same ones. */
  private static final int DRAWS_MAX = 32;

  /** By which SplittableRandom advances from one number to the next. */
  private static final long DRAW = 0x9e3779b97f4a7c15L;

  private final FrameMix mix;
  private final FrameTime time;
  private final boolean keyed;
  private final Body[] bodies = new Body[BODIES];
  private final long origin;

  /**
   * Prepares the bodies, which takes some tenths of a second.
   *
   * @param keyed whether the key of a record is its uid; if not, it has none
   */
  public FrameRecords(FrameMix mix, FrameTime time, boolean keyed) {
    this.mix = mix;
    this.time = time;
    this.keyed = keyed;
    SplittableRandom random = new SplittableRandom(mix.seed());
    this.origin = random.nextLong();
    for (int i = 0; i < BODIES; i++) {
      bodies[i] = BodyWriter.write(random.split(), mix.decoys());
    }
  }

  @Override
  public String name() {
    return "the generated frames";
  }

  @Override
  public long size() {
    return Long.MAX_VALUE;
  }

  @Override
  public byte @Nullable [] key(long n) {
    return keyed ? Uid.text(user(draws(n))) : null;
  }

  /** Draws the same numbers whatever the mix, so that a change of one share changes only that. */
  @Override
  public byte[] value(long n, long wallNanos) {
    SplittableRandom draws = draws(n);
    byte[] uid = Uid.json(user(draws), draws.nextBoolean());
    Body body = bodies[draws.nextInt(BODIES)];
    boolean late = draws.nextDouble() < mix.lateShare();
    long delaySeconds = 1 + (long) (draws.nextDouble() * mix.lateSecondsMax());
    boolean flipped = draws.nextDouble() < mix.flipShare();
    long bit = 1L << draws.nextInt(Integer.SIZE);
    boolean quoted = draws.nextDouble() < mix.stringTsShare();
    long seconds = Math.max(0, time.secondsOf(n, wallNanos) - (late ? delaySeconds : 0));
    long ts = flipped ? seconds ^ bit : seconds;
    String json = quoted ? "\"" + ts + "\"" : Long.toString(ts);
    return body.with(uid, json.getBytes(ISO_8859_1));
  }

  private SplittableRandom draws(long n) {
    return new SplittableRandom(origin + n * DRAWS_MAX * DRAW);
  }

  /** The square gives the first users the most frames, as in life. */
  private long user(SplittableRandom draws) {
    double uniform = draws.nextDouble();
    return (long) (uniform * uniform * mix.users());
  }
}
