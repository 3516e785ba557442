package dev.tally.it;

import dev.tally.broker.LocalBroker;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.slf4j.simple.SimpleLogger;

/** The releases of Kafka that tests run. */
enum Release {
  /** The release of our clients. */
  NEWEST {
    @Override
    String classPath() {
      return System.getProperty("java.class.path");
    }
  },

  /** The oldest supported release (see pom.xml). */
  OLDEST {
    @Override
    String classPath() throws IOException {
      return String.join(
          File.pathSeparator,
          // Its log is ours, and so is its starter: last, since a jar brings clients with it.
          Jvm.codeOf(LoggerFactory.class).toString(),
          Jvm.codeOf(SimpleLogger.class).toString(),
          Files.readString(Path.of("target", "oldest-broker.classpath")),
          Jvm.codeOf(LocalBroker.class).toString());
    }
  };

  /** The release of the shared broker: {@code -Dtally.broker=oldest} asks for the other one. */
  static Release asked() {
    return valueOf(System.getProperty("tally.broker", "newest").toUpperCase(Locale.ROOT));
  }

  abstract String classPath() throws IOException;

  /** A broker of this release that is not started yet. */
  LocalBroker broker(Path folder, Map<String, String> serverProperties, int port)
      throws IOException {
    return new LocalBroker(folder, serverProperties, port, jvmOptions());
  }

  List<String> jvmOptions() throws IOException {
    List<String> options = new ArrayList<>(Jvm.SHORT_LIVED);
    options.add("-Xmx" + LocalBroker.HEAP_MEGABYTES + "m");
    options.addAll(List.of("-cp", classPath()));
    return options;
  }
}
