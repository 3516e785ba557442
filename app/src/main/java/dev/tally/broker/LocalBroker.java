package dev.tally.broker;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tally.Causes;
import dev.tally.Stop;
import dev.tally.kafka.NewTopics;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/**
 * A real single-node Kafka in KRaft mode, as a child process on a folder that survives restarts.
 * Topics are not created by asking for them: a missing one is missing.
 */
public final class LocalBroker implements AutoCloseable {
  /** Enough for a few partitions and a few clients. */
  public static final int HEAP_MEGABYTES = 512;

  // Several that start at once on a busy machine take long; one that ends is noticed at once.
  private static final Duration START_ATMOST = Duration.ofMinutes(3);
  private static final Duration STOP_ATMOST = Duration.ofSeconds(20);

  private static final String HOST = "127.0.0.1";

  /** Any valid id will do, as long as it stays the same for one folder. */
  private static final String CLUSTER_ID = "dGFsbHktZGVtby1icm9rZQ";

  private static final String BROKER_CLASS = "kafka.Kafka";

  /** Ports given out by this process: two brokers started at once must not draw the same one. */
  private static final Set<Integer> PORTS_DRAWN = new HashSet<>();

  private final Path folder;
  private final int heapMegabytes;
  private final String classPath;
  private final int port;
  private final Properties properties;
  private @Nullable Child process;

  /**
   * A broker that is not started yet; its ports are chosen for good.
   *
   * @param folder where data, settings and log live; created if missing
   * @param serverProperties the broker's own settings, over ours
   * @param heapMegabytes of the broker's JVM
   * @throws Stop if the broker's libraries are not there
   */
  public LocalBroker(Path folder, Map<String, String> serverProperties, int heapMegabytes) {
    this(folder, serverProperties, heapMegabytes, drawPort(), classPath());
  }

  /**
   * A broker of another release, or one of several.
   *
   * @param port that it is asked at; {@code listeners} in {@code serverProperties}, if given, must
   *     have it
   * @param classPath of its classes, and of this one
   */
  public LocalBroker(
      Path folder,
      Map<String, String> serverProperties,
      int heapMegabytes,
      int port,
      String classPath) {
    this.folder = folder.toAbsolutePath();
    this.heapMegabytes = heapMegabytes;
    this.port = port;
    this.classPath = classPath;
    this.properties = properties(serverProperties);
  }

  public LocalBroker(Path folder) {
    this(folder, Map.of(), HEAP_MEGABYTES);
  }

  /**
   * One of the release that comes with the demo, whatever is on our own class path.
   *
   * @throws Stop if its libraries are not there
   */
  public static LocalBroker ofDemo(Path folder) {
    return new LocalBroker(folder, Map.of(), HEAP_MEGABYTES, drawPort(), demoClassPath());
  }

  /** Host and port, as in {@code bootstrap.servers}; the same for the broker's whole life. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** What the broker printed, over all its starts. */
  public Path log() {
    return folder.resolve("broker.log");
  }

  /**
   * Starts the broker and returns when it answers; does nothing if it runs.
   *
   * @throws Stop with the end of the broker's log, if it ends or does not answer in time
   * @throws InterruptedException after ending the broker
   */
  public synchronized void start() throws InterruptedException {
    if (process != null && process.alive()) {
      return;
    }
    Path settings = folder.resolve("server.properties");
    try {
      Files.createDirectories(folder);
      try (OutputStream out = Files.newOutputStream(settings)) {
        properties.store(out, null);
      }
    } catch (IOException e) {
      throw Stop.disk("The broker's folder %s cannot be written: %s.", folder, Causes.of(e));
    }
    List<String> jvmOptions =
        List.of(
            "-Xmx" + heapMegabytes + "m",
            "-Djava.awt.headless=true",
            "-Dorg.slf4j.simpleLogger.log.org.apache.kafka=info",
            "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn",
            "-cp",
            classPath);
    List<String> command = List.of(BrokerMain.class.getName(), CLUSTER_ID, settings.toString());
    Child child = Child.start("The Kafka broker", jvmOptions, command, log());
    process = child;
    boolean answered = false;
    try {
      awaitAnswer(child);
      answered = true;
    } finally {
      if (!answered) {
        child.close();
      }
    }
  }

  /** Stops the broker if it runs and starts it again, on the same folder and port. */
  public synchronized void restart() throws InterruptedException {
    stop();
    start();
  }

  /** Asks the broker to end in good order (SIGTERM); kills it if it takes too long. */
  public synchronized void stop() throws InterruptedException {
    if (process == null) {
      return;
    }
    try {
      process.terminate();
      process.awaitEnd(STOP_ATMOST);
    } finally {
      process.close();
    }
  }

  /** Kills the broker as kill -9 does. */
  public synchronized void killHard() {
    if (process != null) {
      process.close();
    }
  }

  /** Makes the broker stand still (SIGSTOP): connections stay open, nothing answers. */
  public synchronized void pause() throws InterruptedException {
    running().pause();
  }

  /** Lets a paused broker go on (SIGCONT). */
  public synchronized void resume() throws InterruptedException {
    running().resume();
  }

  /** Whether the process runs, paused or not. */
  public synchronized boolean alive() {
    return process != null && process.alive();
  }

  /** The process id of the broker that was started last. */
  public synchronized long pid() {
    return running().pid();
  }

  /** The broker's last lines. */
  public synchronized String tail() {
    return running().tail();
  }

  /** Ends the broker without ceremony; its folder stays. */
  @Override
  public void close() {
    killHard();
  }

  /** Creates one topic and returns when it can be used. */
  public void createTopic(String name, int partitions, Map<String, String> configs)
      throws InterruptedException {
    try (Admin admin = admin()) {
      NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(configs);
      NewTopics.create(admin, topic);
    } catch (ExecutionException e) {
      throw Stop.kafka("Topic %s cannot be created: %s.", name, Causes.of(e));
    }
  }

  private Child running() {
    if (process == null) {
      throw new IllegalStateException("the broker was never started");
    }
    return process;
  }

  private void awaitAnswer(Child child) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + START_ATMOST.toNanos();
    Admin admin = admin();
    try {
      while (!answers(admin)) {
        if (!child.alive()) {
          throw Stop.kafka(
              "The Kafka broker ended with exit code %d; the end of %s:%n%s",
              child.exitCode(), log(), child.tail());
        }
        if (System.nanoTime() - deadlineNanos > 0) {
          throw Stop.kafka(
              "The Kafka broker does not answer after %d s; the end of %s:%n%s",
              START_ATMOST.toSeconds(), log(), child.tail());
        }
      }
    } finally {
      admin.close(Duration.ZERO); // not a minute's wait for an answer that will not come
    }
  }

  /** A broker is listed once the controller has let it in. */
  private static boolean answers(Admin admin) throws InterruptedException {
    try {
      return !admin.describeCluster().nodes().get(500, MILLISECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers", bootstrapServers(),
            "reconnect.backoff.ms", "50",
            "reconnect.backoff.max.ms", "200",
            "retry.backoff.ms", "50"));
  }

  private Properties properties(Map<String, String> given) {
    int controllerPort = drawPort();
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put(
        "listeners",
        "PLAINTEXT://" + bootstrapServers() + ",CONTROLLER://" + HOST + ":" + controllerPort);
    properties.put("log.dirs", folder.resolve("data").toString());
    properties.put("auto.create.topics.enable", "false");

    // One node holds every replica there is.
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");

    // A small machine: the defaults are 50 partitions each and 128 MiB for the log cleaner.
    properties.put("offsets.topic.num.partitions", "1");
    properties.put("transaction.state.log.num.partitions", "1");
    properties.put("log.cleaner.dedupe.buffer.size", "16777216");
    properties.put("num.io.threads", "4");

    // Rows stamped with a historical time must not be deleted as old.
    properties.put("log.retention.ms", "-1");

    // A group of two is complete at once, and after kill -9 the controller lets the broker in again
    // only when the session of the dead one has ended.
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("broker.session.timeout.ms", "6000");
    properties.put("broker.heartbeat.interval.ms", "500");
    properties.putAll(given);
    return properties;
  }

  /**
   * Where the broker's classes are: on our own class path (tests) or in a folder beside our jar.
   */
  private static String classPath() {
    String own = System.getProperty("java.class.path");
    try {
      Class.forName(BROKER_CLASS, false, LocalBroker.class.getClassLoader());
      return own;
    } catch (ClassNotFoundException e) {
      // Not on our own class path, as it should be outside tests.
      return demoClassPath();
    }
  }

  private static String demoClassPath() {
    Path libraries = codeLocation().resolveSibling("broker-lib");
    if (!Files.isDirectory(libraries)) {
      throw Stop.usage(
          "%s is missing: only a checkout carries the Kafka broker. Run app/tally demo there.",
          libraries);
    }
    // The broker's first: beside our own code are clients of a newer release.
    return libraries.resolve("*") + File.pathSeparator + codeLocation();
  }

  private static Path codeLocation() {
    try {
      return Path.of(LocalBroker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A port that is free now and outside the range from which systems draw the ports of outgoing
   * connections (32768 and up): a client that calls a broker that is down could otherwise be given
   * the broker's own port, connect to itself and keep the broker from coming back.
   */
  public static int drawPort() {
    synchronized (PORTS_DRAWN) {
      for (int attempt = 0; attempt < 1_000; attempt++) {
        int candidate = ThreadLocalRandom.current().nextInt(15_000, 32_000);
        if (!PORTS_DRAWN.contains(candidate) && free(candidate)) {
          PORTS_DRAWN.add(candidate);
          return candidate;
        }
      }
    }
    throw Stop.kafka("No port between 15000 and 32000 is free on %s.", HOST);
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
