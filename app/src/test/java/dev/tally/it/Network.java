package dev.tally.it;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/**
 * The network between a client and a broker: what comes in at one port goes out at another, until
 * it is cut, stalled or slowed.
 */
final class Network implements AutoCloseable {
  enum Way {
    REQUESTS,
    ANSWERS
  }

  private static final int BACKLOG = 50;
  private static final int PIECE_BYTES = 16 * 1024;
  private static final int HEAD_BYTES = Integer.BYTES + Short.BYTES;

  private final int port;
  private final int brokerPort;
  private final ServerSocket listener;

  // The fields from here on are guarded by this.
  private final Set<Connection> connections = new HashSet<>();
  private final Set<Way> stalled = EnumSet.noneOf(Way.class);
  private final Set<Way> slow = EnumSet.noneOf(Way.class);
  private final Map<Way, Long> busyUntilNanos = new EnumMap<>(Way.class);
  private long bytesPerSecond;
  private long delayNanos;
  private @Nullable ApiKeys trap;
  private boolean cut;

  /** A network that works. */
  Network(int port, int brokerPort) throws IOException {
    this.port = port;
    this.brokerPort = brokerPort;
    // It stays open while the network is cut, too: others could take a free port.
    this.listener = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** The address that clients connect to. */
  String address() {
    return "127.0.0.1:" + port;
  }

  /** Breaks every connection, and new ones as they open; whatever was under way is lost. */
  synchronized void cut() {
    cut = true;
    connections.forEach(Connection::close);
    connections.clear();
    notifyAll();
  }

  /** Nothing arrives this way any more. Connections stay, and new ones are accepted. */
  synchronized void stall(Way... ways) {
    stalled.addAll(Set.of(ways));
  }

  /** Lets the next request of this kind through, and no answer to it or to any later one. */
  synchronized void setTrap(ApiKeys request) {
    trap = request;
  }

  /** Does the same, and returns once it has happened. */
  void stallAnswersTo(ApiKeys request) throws Exception {
    setTrap(request);
    Await.until(request + " is sent", () -> "", () -> !trapSet());
  }

  private synchronized boolean trapSet() {
    return trap != null;
  }

  /**
   * The connections that are open now carry nothing any more, and neither end is told, as when a
   * router forgets them. New ones work.
   */
  synchronized void lose() {
    connections.forEach(connection -> connection.lost = true);
  }

  /**
   * Makes it narrow and slow.
   *
   * @param bytesPerSecond of all connections together
   * @param delay of every piece
   * @param ways which directions, each for itself
   */
  synchronized void slow(long bytesPerSecond, Duration delay, Way... ways) {
    this.bytesPerSecond = bytesPerSecond;
    this.delayNanos = delay.toNanos();
    slow.addAll(Set.of(ways));
  }

  /** Everything works again; what was stalled or slowed arrives now. */
  synchronized void heal() {
    cut = false;
    trap = null;
    stalled.clear();
    slow.clear();
    busyUntilNanos.clear();
    notifyAll();
  }

  @Override
  public void close() {
    closeQuietly(listener);
    cut();
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "network");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        try {
          connect(client);
        } catch (IOException e) {
          client.close(); // no broker there
        }
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void connect(Socket client) throws IOException {
    Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
    Connection connection = new Connection(client, broker);
    synchronized (this) {
      if (cut) {
        connection.close();
        return;
      }
      connections.add(connection);
    }
    start(() -> carry(connection, Way.REQUESTS, client, broker));
    start(() -> carry(connection, Way.ANSWERS, broker, client));
  }

  private void carry(Connection connection, Way way, Socket from, Socket to) {
    try (connection) {
      DataInputStream in = new DataInputStream(from.getInputStream());
      while (true) {
        carryMessage(connection, way, in, to.getOutputStream());
      }
    } catch (IOException e) {
      // One end is gone, or it was cut.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        connections.remove(connection);
      }
    }
  }

  /** Carries a length, the kind if it is a request, and the rest. */
  private void carryMessage(Connection connection, Way way, DataInputStream in, OutputStream out)
      throws IOException, InterruptedException {
    byte[] piece = new byte[PIECE_BYTES];
    int length = HEAD_BYTES;
    in.readFully(piece, 0, length);
    ByteBuffer head = ByteBuffer.wrap(piece);
    int left = head.getInt() + Integer.BYTES - length;
    if (way == Way.REQUESTS) {
      springTrap(head.getShort());
    }
    while (true) {
      awaitPassage(connection, way, length);
      out.write(piece, 0, length);
      if (left == 0) {
        return;
      }
      length = Math.min(left, piece.length);
      in.readFully(piece, 0, length);
      left -= length;
    }
  }

  private synchronized void springTrap(short kind) {
    if (trap != null && trap.id == kind) {
      trap = null;
      stall(Way.ANSWERS);
    }
  }

  private synchronized void awaitPassage(Connection connection, Way way, int bytes)
      throws InterruptedException {
    long dueNanos = System.nanoTime();
    if (slow.contains(way)) {
      dueNanos = Math.max(dueNanos, busyUntilNanos.getOrDefault(way, dueNanos));
      dueNanos += SECONDS.toNanos(bytes) / bytesPerSecond;
      busyUntilNanos.put(way, dueNanos);
      dueNanos += delayNanos;
    }
    while (connections.contains(connection)) {
      long leftNanos = dueNanos - System.nanoTime();
      if (connection.lost || stalled.contains(way)) {
        wait();
      } else if (leftNanos <= 0) {
        return;
      } else {
        wait(leftNanos / 1_000_000, (int) (leftNanos % 1_000_000));
      }
    }
  }

  private static final class Connection implements AutoCloseable {
    private final Socket client;
    private final Socket broker;
    private boolean lost;

    Connection(Socket client, Socket broker) {
      this.client = client;
      this.broker = broker;
    }

    @Override
    public void close() {
      closeQuietly(client);
      closeQuietly(broker);
    }
  }

  private static void closeQuietly(Closeable open) {
    try {
      open.close();
    } catch (IOException e) {
      // It is being thrown away.
    }
  }
}
