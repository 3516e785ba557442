package dev.tally.broker;

import java.io.PrintStream;

/**
 * Formats the log folder if it is new, and becomes the broker. It uses reflection, since the
 * program does not depend on the broker, and one JVM for both, since starting another costs a
 * second.
 */
final class BrokerMain {
  private BrokerMain() {}

  /** Arguments: the cluster id, then the file of server properties. */
  public static void main(String[] args) throws Exception {
    String[] format = {
      "format", "--ignore-formatted", "--cluster-id", args[0], "--config", args[1]
    };
    Object exitCode =
        Class.forName("kafka.tools.StorageTool")
            .getMethod("execute", String[].class, PrintStream.class)
            .invoke(null, format, System.out);
    if (!Integer.valueOf(0).equals(exitCode)) {
      throw new IllegalStateException("kafka.tools.StorageTool ended with " + exitCode);
    }
    Class.forName("kafka.Kafka")
        .getMethod("main", String[].class)
        .invoke(null, (Object) new String[] {args[1]});
  }
}
