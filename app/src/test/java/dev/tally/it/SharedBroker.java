package dev.tally.it;

import dev.tally.broker.LocalBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One real broker for all test classes that run in this JVM; the first one that asks for it starts
 * it. Tests share it, so each uses topics and groups of its own. {@code -Dtally.broker=oldest} runs
 * them against the oldest supported release. Clients that connect through the {@link Network} keep
 * using it: the broker tells them its address.
 */
public final class SharedBroker implements ParameterResolver {
  private record Shared(RunningBroker running, Network network) implements AutoCloseable {
    static Shared start() throws IOException {
      int port = LocalBroker.drawPort();
      int portBehindNetwork = LocalBroker.drawPort();
      Network network = new Network(LocalBroker.drawPort(), portBehindNetwork);
      Map<String, String> listeners = listeners(port, portBehindNetwork, network);
      return new Shared(RunningBroker.start(Release.asked(), listeners, port), network);
    }

    private static Map<String, String> listeners(int port, int portBehindNetwork, Network network) {
      int controllerPort = LocalBroker.drawPort();
      String direct = "PLAINTEXT://127.0.0.1:" + port;
      return Map.of(
          "controller.quorum.voters",
          "1@127.0.0.1:" + controllerPort,
          "listeners",
          direct
              + (",NETWORK://127.0.0.1:" + portBehindNetwork)
              + (",CONTROLLER://127.0.0.1:" + controllerPort),
          "advertised.listeners",
          direct + ",NETWORK://" + network.address(),
          "listener.security.protocol.map",
          "PLAINTEXT:PLAINTEXT,NETWORK:PLAINTEXT,CONTROLLER:PLAINTEXT",
          "inter.broker.listener.name",
          "PLAINTEXT");
    }

    @Override
    public void close() throws IOException {
      network.close();
      running.close();
    }
  }

  private static Shared started() {
    try {
      return Shared.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Cluster.class || type == LocalBroker.class || type == Network.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Shared shared =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(SharedBroker.class))
            .computeIfAbsent(Shared.class, key -> started(), Shared.class);
    Class<?> type = parameter.getParameter().getType();
    if (type == Network.class) {
      return shared.network();
    }
    return type == Cluster.class ? shared.running().cluster() : shared.running().broker();
  }
}
