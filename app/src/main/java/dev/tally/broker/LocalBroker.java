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
import java.util.ArrayList;
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
 * Asking for a missing topic does not create it.
 */
public final class LocalBroker implements AutoCloseable {
  /** Enough for a few partitions and a few clients. */
  public static final int HEAP_MEGABYTES = 512;

  // Brokers that start together on a busy machine take long; one that fails is noticed at once.
  private static final Duration START_ATMOST = Duration.ofMinutes(3);
  private static final Duration STOP_ATMOST = Duration.ofSeconds(20);

  private static final String HOST = "127.0.0.1";

  /** Any valid id will do, as long as a folder keeps it. */
  private static final String CLUSTER_ID = "dGFsbHktb25lLWJyb2tlcg";

  private static final String BROKER_CLASS = "kafka.Kafka";

  /** Ports drawn in this process: brokers that start together must not draw the same one. */
  private static final Set<Integer> PORTS_DRAWN = new HashSet<>();

  private final Path folder;
  private final List<String> jvmOptions;
  private final int port;
  private final Properties properties;
  private @Nullable Child process;

  /**
   * A broker that is not started yet. Its ports are chosen now, and it keeps them.
   *
   * @param folder for data, settings and log; created if missing
   * @param serverProperties the broker's settings, which replace ours
   * @param heapMegabytes heap of the broker's JVM
   * @throws Stop if the broker's libraries are missing
   */
  public LocalBroker(Path folder, Map<String, String> serverProperties, int heapMegabytes) {
    this(folder, serverProperties, drawPort(), jvmOptions(heapMegabytes, classPath()));
  }

  /**
   * A broker of another release, or one of several.
   *
   * @param port at which clients reach it; {@code listeners} in {@code serverProperties}, if given,
   *     must include it
   * @param jvmOptions with a class path of the broker's classes and this one
   */
  public LocalBroker(
      Path folder, Map<String, String> serverProperties, int port, List<String> jvmOptions) {
    this.folder = folder.toAbsolutePath();
    this.port = port;
    this.jvmOptions = List.copyOf(jvmOptions);
    this.properties = properties(serverProperties);
  }

  public LocalBroker(Path folder) {
    this(folder, Map.of(), HEAP_MEGABYTES);
  }

  /**
   * A broker of the release that is built into the checkout, whatever is on our own class path.
   *
   * @throws Stop if its libraries are missing
   */
  public static LocalBroker bundled(Path folder) {
    return new LocalBroker(
        folder, Map.of(), drawPort(), jvmOptions(HEAP_MEGABYTES, bundledClassPath()));
  }

  private static List<String> jvmOptions(int heapMegabytes, String classPath) {
    return List.of("-Xmx" + heapMegabytes + "m", "-cp", classPath);
  }

  /** Host and port, as in {@code bootstrap.servers}; they never change. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** The file with what the broker printed, over all its starts. */
  public Path log() {
    return folder.resolve("broker.log");
  }

  /**
   * Starts the broker and returns when it answers; does nothing if it runs already.
   *
   * @throws Stop with the end of the broker's log, if the broker ends or does not answer in time
   * @throws InterruptedException after the broker has been ended
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
    List<String> options = new ArrayList<>(jvmOptions);
    options.addAll(
        List.of(
            "-Djava.awt.headless=true",
            "-Dorg.slf4j.simpleLogger.log.org.apache.kafka=info",
            "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn"));
    List<String> command = List.of(BrokerMain.class.getName(), CLUSTER_ID, settings.toString());
    Child child = Child.start("The Kafka broker", options, command, log());
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

  /** Stops the broker if it runs, and starts it again with the same folder and port. */
  public synchronized void restart() throws InterruptedException {
    stop();
    start();
  }

  /** Asks the broker to end in good order (SIGTERM), and kills it if that takes too long. */
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

  /** Makes the broker stand still (SIGSTOP): connections stay open, but nothing answers. */
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

  /** The process id of the last start. */
  public synchronized long pid() {
    return running().pid();
  }

  /** The broker's last lines. */
  public synchronized String tail() {
    return running().tail();
  }

  /** Kills the broker; its folder stays. */
  @Override
  public void close() {
    killHard();
  }

  /** Creates a topic and returns when it can be used. */
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
      admin.close(Duration.ZERO); // no need to wait a minute for an answer that will not come
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

    // Records stamped with a time in the past must not be deleted as old.
    properties.put("log.retention.ms", "-1");

    // Small groups are complete at once. After kill -9 the controller lets the broker in again only
    // when the old session has ended, so it is short.
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("broker.session.timeout.ms", "6000");
    properties.put("broker.heartbeat.interval.ms", "500");
    properties.putAll(given);
    return properties;
  }

  /** Where the broker's classes are: on our own class path, or in a folder beside our classes. */
  private static String classPath() {
    String own = System.getProperty("java.class.path");
    try {
      Class.forName(BROKER_CLASS, false, LocalBroker.class.getClassLoader());
      return own;
    } catch (ClassNotFoundException e) {
      // Only tests and benchmarks have the broker on their class path.
      return bundledClassPath();
    }
  }

  private static String bundledClassPath() {
    Path libraries = codeLocation().resolveSibling("broker-lib");
    if (!Files.isDirectory(libraries)) {
      throw Stop.usage(
          "%s is missing: a Kafka broker comes only with a checkout. Run app/tally there.",
          libraries);
    }
    // The broker's libraries come first: those beside our own code are of a newer release.
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
   * A port that is free now and below the range from which systems draw the ports of outgoing
   * connections (32768 and up). Otherwise a client that calls a broker while it is down could be
   * given the broker's port, connect to itself, and keep the broker from coming back.
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
