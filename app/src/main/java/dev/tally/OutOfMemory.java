package dev.tally;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process at once when memory is used up, with one line that names the cure. Closing
 * clients and stores in order would need memory, too, and could wait for ever; the next start copes
 * with an instance that was killed.
 */
public final class OutOfMemory {
  private static final String HEAP = "Java heap space";

  /** Built while there is still memory. */
  private static final byte[] HEAP_LINE = line(HEAP).getBytes(UTF_8);

  private OutOfMemory() {}

  /** Does not return if the failure is that memory is used up, or was caused by it. */
  public static void haltIfCauseOf(Throwable failure) {
    OutOfMemoryError error = find(failure);
    if (error == null) {
      return;
    }
    String kind = error.getMessage() == null ? HEAP : error.getMessage();
    boolean heap = kind.contains("heap") || kind.contains("GC overhead");
    try (FileOutputStream err = new FileOutputStream(FileDescriptor.err)) {
      err.write(heap ? HEAP_LINE : line(kind).getBytes(UTF_8));
    } catch (IOException | OutOfMemoryError e) {
      // The exit code alone has to say it.
    } finally {
      Runtime.getRuntime().halt(Stop.Reason.MEMORY.exitCode());
    }
  }

  /** Without allocating anything. */
  static @Nullable OutOfMemoryError find(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 20; depth++) {
      if (cause instanceof OutOfMemoryError error) {
        return error;
      }
      cause = cause.getCause();
    }
    return null;
  }

  /**
   * The line for one kind of memory.
   *
   * @param kind as the JVM names it
   */
  static String line(String kind) {
    long heapMegabytes = Runtime.getRuntime().maxMemory() >> 20;
    String cure;
    if (kind.contains("direct buffer")) {
      cure = "Give network buffers more with TALLY_OPTS=-XX:MaxDirectMemorySize=SIZE.";
    } else if (kind.contains("thread")) {
      cure = "Raise the limit of threads or the memory of this user, service or container.";
    } else if (kind.contains("etaspace") || kind.contains("class space")) {
      cure = "Give classes more with TALLY_OPTS=-XX:MaxMetaspaceSize=SIZE.";
    } else {
      cure =
          "The heap may have %d MB: give it more with TALLY_OPTS=-Xmx%dm; a job also holds less"
                  .formatted(heapMegabytes, 2 * heapMegabytes)
              + " with a lower --state.memory.mb or --consumer.max.poll.records.";
    }
    return "tally: out of memory (%s). %s Nothing is lost: what a job had not committed is done"
            .formatted(kind, cure)
        + " again at its next start.\n";
  }
}
