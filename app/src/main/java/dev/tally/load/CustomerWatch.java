package dev.tally.load;

import dev.tally.DurationBounds;
import dev.tally.DurationText;
import dev.tally.Stop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads customers whenever their files have changed: all files again, so that the topic is what the
 * files say, whatever was loaded before. It looks at sizes and times, since network file systems do
 * not tell of changes.
 */
public final class CustomerWatch {
  private static final Logger log = LoggerFactory.getLogger(CustomerWatch.class);

  /** A file that has not changed for as long is taken for complete. */
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(1);

  /** Loads a batch of files, and says in a sentence what that did. */
  public interface Loader {
    String load(List<Path> files);
  }

  private final CustomerFiles files;
  private final Duration interval;
  private final Loader loader;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private CustomerFiles.@Nullable Listing loaded;
  private String failure = "";

  /**
   * Looks at nothing yet.
   *
   * @param interval between two looks
   * @throws Stop if the interval is out of bounds
   */
  public CustomerWatch(CustomerFiles files, Duration interval, Loader loader) {
    DurationBounds.require("--watch.interval", interval, Duration.ofMillis(100), "");
    this.files = files;
    this.interval = interval;
    this.loader = loader;
  }

  /** Ends {@link #run} soon; a batch that has begun is loaded to its end. */
  public void stop() {
    stopped.countDown();
  }

  /**
   * Looks until it is stopped. A file that cannot be loaded is reported once and tried again at
   * every look, since it may be on its way.
   *
   * @throws Stop if brokers do not answer or refuse
   */
  public void run() {
    var unused = files.listing(); // a name that is wrong from the start is not waited for
    log.info("watching {} every {}", files.named(), DurationText.of(interval));
    do {
      look();
    } while (!stops(interval));
  }

  private void look() {
    try {
      CustomerFiles.Listing found = files.listing();
      if (found.equals(loaded) || !settled(found)) {
        return;
      }
      if (!found.stamps().isEmpty()) {
        log.info("{}", loader.load(found.files()));
      }
      loaded = found;
      failure = "";
    } catch (Stop stop) {
      if (stop.reason() != Stop.Reason.USAGE) {
        throw stop;
      }
      String message = String.valueOf(stop.getMessage());
      if (!message.equals(failure)) {
        log.error("{} Nothing is loaded until this is mended.", message);
      }
      failure = message;
    }
  }

  /** Whether nothing changes for a moment; if something does, the next look will find it. */
  private boolean settled(CustomerFiles.Listing found) {
    Duration moment = interval.compareTo(SETTLED_AFTER) < 0 ? interval : SETTLED_AFTER;
    return !stops(moment) && files.listing().equals(found);
  }

  private boolean stops(Duration within) {
    try {
      return stopped.await(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
