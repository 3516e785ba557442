package dev.tally.it;

import dev.tally.broker.LocalBroker;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.slf4j.simple.SimpleLogger;

/** The releases of Kafka that brokers in tests may be of. */
enum Release {
  /** The one of our clients. */
  NEWEST {
    @Override
    String classPath() {
      return System.getProperty("java.class.path");
    }
  },

  /** The oldest that is supported (see pom.xml). */
  OLDEST {
    @Override
    String classPath() throws IOException {
      return String.join(
          File.pathSeparator,
          // Its starter is ours, and so is its log.
          codeOf(LocalBroker.class),
          codeOf(LoggerFactory.class),
          codeOf(SimpleLogger.class),
          Files.readString(Path.of("target", "oldest-broker.classpath")));
    }
  };

  /** That of all tests that share a broker: {@code -Dtally.broker=oldest} is the other one. */
  static Release asked() {
    return valueOf(System.getProperty("tally.broker", "newest").toUpperCase(Locale.ROOT));
  }

  abstract String classPath() throws IOException;

  /** A broker of this release that is not started yet. */
  LocalBroker broker(Path folder, Map<String, String> serverProperties, int port)
      throws IOException {
    return new LocalBroker(folder, serverProperties, LocalBroker.HEAP_MEGABYTES, port, classPath());
  }

  private static String codeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
