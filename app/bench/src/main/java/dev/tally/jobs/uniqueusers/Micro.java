package dev.tally.jobs.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.stream.JsonReader;
import dev.tally.generate.frames.FrameMix;
import dev.tally.generate.frames.FrameRecords;
import dev.tally.generate.frames.FrameTime;
import dev.tally.json.JsonScanner;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to find uid and ts in a frame, if the rest is read or is not. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Micro {
  // 33 MB: more than a processor's cache holds, as frames that come from a broker are not there.
  private static final int FRAMES = 1 << 14;

  private final byte[][] values = new byte[FRAMES][];
  private final ByteBuffer[] views = new ByteBuffer[FRAMES];
  private final FrameScanner scanner = new FrameScanner();
  private final JsonScanner json = new JsonScanner("uid", "ts");
  private final Frame frame = new Frame();
  private int next;

  /** Prepares the frames, as they are generated. */
  @Setup
  public void prepare() {
    FrameTime time = FrameTime.parse("2016-07-11T13:39:00Z", null);
    FrameRecords frames =
        new FrameRecords(new FrameMix(100_000, 0, 1, 0, 0.1, true, 1), time, false);
    for (int n = 0; n < FRAMES; n++) {
      values[n] = frames.value(n, 0);
      views[n] = ByteBuffer.wrap(values[n]);
      if (end(values[n]) == JsonScanner.UNUSUAL) {
        throw new IllegalStateException(new String(values[n], UTF_8));
      }
    }
  }

  private int next() {
    next = (next + 1) % FRAMES;
    return next;
  }

  /** As the job does, up to the second of the two. */
  @Benchmark
  public long frame() throws Exception {
    int n = next();
    if (!scanner.scan(views[n], frame)) {
      FrameReader.read(values[n], frame);
    }
    return frame.hash();
  }

  /** The reader of unusual frames on all of them; it stops there, too. */
  @Benchmark
  public long frameWithGson() throws Exception {
    FrameReader.read(values[next()], frame);
    return frame.hash();
  }

  /** The scanner on all members. */
  @Benchmark
  public int frameToItsEnd() {
    return end(values[next()]);
  }

  private int end(byte[] value) {
    int at = json.open(value, 0, value.length);
    do {
      int after = json.anyName(value, at, value.length);
      at = after == JsonScanner.UNUSUAL ? after : json.skipAny(value, after, value.length);
      if (at == JsonScanner.UNUSUAL) {
        return at;
      }
      at = JsonScanner.skipBlanks(value, at, value.length);
    } while (value[at] == ',');
    return at;
  }

  /** The gson reader on all members. */
  @Benchmark
  public int frameToItsEndWithGson() throws IOException {
    int read = 0;
    try (JsonReader reader =
        new JsonReader(new InputStreamReader(new ByteArrayInputStream(values[next()]), UTF_8))) {
      reader.beginObject();
      while (reader.hasNext()) {
        read += reader.nextName().length();
        reader.skipValue();
      }
      reader.endObject();
    }
    return read;
  }
}
