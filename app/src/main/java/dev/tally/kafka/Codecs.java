package dev.tally.kafka;

import dev.tally.Causes;
import dev.tally.Stop;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Recognises a compression codec whose native library cannot be loaded. The library is unpacked
 * into the JVM's temporary folder. If that folder is read-only or forbids execution, the first
 * compressed record fails and so does every later one, and new clients do not help.
 */
public final class Codecs {
  private static final List<String> NAMES = List.of("zstd", "snappy", "lz4");

  private Codecs() {}

  /** The stop for this failure, if a codec's library caused it. */
  public static Optional<Stop> unusable(Throwable failure) {
    // Not only linkage errors: Snappy has an Error of its own.
    return Causes.chain(failure).stream()
        .filter(Error.class::isInstance)
        .flatMap(error -> codec(error).map(codec -> stop(codec, error)).stream())
        .findFirst();
  }

  private static Stop stop(String codec, Throwable error) {
    return Stop.disk(
        "the native library of the compression codec %s cannot be loaded: %s. It is unpacked into"
            + " java.io.tmpdir=%s; name a folder that is writable and allows execution, with"
            + " TALLY_OPTS=-Djava.io.tmpdir=FOLDER.",
        codec, Causes.of(error), System.getProperty("java.io.tmpdir"));
  }

  private static Optional<String> codec(Throwable cause) {
    String said = cause.toString().toLowerCase(Locale.ROOT);
    return NAMES.stream().filter(said::contains).findFirst();
  }
}
