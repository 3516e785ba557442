package dev.tally.kafka;

import dev.tally.Causes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out why no broker answers. Kafka's clients only ever report that time is up. This checks,
 * step by step, what they need: a name that resolves, a port that listens, a protocol that both
 * sides speak, and reachable addresses that the broker sends clients on to.
 */
final class Diagnosis {
  // The first few addresses tell enough.
  private static final int ADDRESSES_MAX = 3;
  private static final int ANSWER_MILLIS_MAX = 3_000;

  /** Host and port of one broker. */
  record Address(String host, int port) {
    /** Reads `host:9092` or `[::1]:9092`; empty if the text has another form. */
    static Optional<Address> parse(String text) {
      int colon = text.lastIndexOf(':');
      String port = text.substring(colon + 1);
      if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
        return Optional.empty();
      }
      String host = text.substring(text.lastIndexOf('/', colon) + 1, colon);
      return Optional.of(new Address(host.replaceAll("^\\[|]$", ""), Integer.parseInt(port)));
    }

    /** Opens a connection. */
    Socket connect() throws IOException {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(host, port), ANSWER_MILLIS_MAX);
        socket.setSoTimeout(ANSWER_MILLIS_MAX);
        return socket;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }

    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  private final boolean tls;
  private final boolean sasl;
  private final String protocol;

  private Diagnosis(String protocol) {
    this.protocol = protocol;
    this.tls = protocol.endsWith("SSL");
    this.sasl = protocol.startsWith("SASL");
  }

  /** What is wrong at the first broker that shows anything, and the cure, in sentences. */
  static Optional<String> of(ClientSettings clients) {
    Diagnosis diagnosis =
        new Diagnosis(
            clients
                .given()
                .getOrDefault("security.protocol", "PLAINTEXT")
                .toUpperCase(Locale.ROOT));
    List<Address> addresses =
        Stream.of(clients.bootstrapServers().split(","))
            .map(String::strip)
            .flatMap(text -> Address.parse(text).stream())
            .limit(ADDRESSES_MAX)
            .toList();
    // A broker that accepts connections tells more than one that does not.
    return Stream.<Optional<String>>concat(
            addresses.stream().map(diagnosis::ofConversation),
            addresses.stream().map(Diagnosis::ofConnection))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Why there is no connection to an address, if there is none. */
  private static Optional<String> ofConnection(Address address) {
    return unreachable(address)
        .map(
            why ->
                "no broker answered: "
                    + why
                    + ". Is it running, and is --bootstrap.servers right?");
  }

  private static Optional<String> unreachable(Address address) {
    InetSocketAddress resolved = new InetSocketAddress(address.host, address.port);
    if (resolved.isUnresolved()) {
      return Optional.of("the host name " + address.host + " does not resolve");
    }
    try (Socket open = address.connect()) {
      return Optional.empty();
    } catch (ConnectException e) {
      return Optional.of("nothing listens at " + address + " (" + Causes.of(e) + ")");
    } catch (IOException e) {
      return Optional.of(address + " cannot be reached (" + Causes.of(e) + ")");
    }
  }

  /** What is wrong at an address that accepts connections, as far as talking to it shows. */
  private Optional<String> ofConversation(Address address) {
    try (Socket open = address.connect()) {
      Optional<Greeting> plain = Greeting.exchange(open);
      if (plain.isPresent()) {
        return Optional.of(tls ? speaks("plaintext", address) : ofGreeting(address, plain.get()));
      }
    } catch (SocketTimeoutException e) {
      return Optional.of(
          "%s accepts connections, but did not answer within %d s. Is it a Kafka broker, and is it"
                  .formatted(address, ANSWER_MILLIS_MAX / 1000)
              + " hanging?");
    } catch (IOException e) {
      return Optional.empty(); // no connection, which ofConnection explains
    }
    return ofTls(address);
  }

  private Optional<String> ofTls(Address address) {
    try (Socket open = address.connect();
        Socket secured = Tls.handshake(open, address.host, address.port)) {
      Optional<Greeting> greeting = Greeting.exchange(secured);
      if (!tls) {
        return Optional.of(speaks("TLS", address));
      }
      return greeting.map(found -> ofGreeting(address, found));
    } catch (Tls.Alert e) {
      return tls ? Optional.empty() : Optional.of(speaks("TLS", address));
    } catch (IOException e) {
      return Optional.of(
          "%s accepts connections, but speaks neither Kafka's protocol nor TLS. Is it a Kafka"
                  .formatted(address)
              + " broker?");
    }
  }

  private String speaks(String language, Address address) {
    String wanted = language.equals("TLS") ? "SSL or SASL_SSL" : "PLAINTEXT or SASL_PLAINTEXT";
    return address
        + " speaks "
        + language
        + told()
        + "Set it to "
        + wanted
        + ", or name another port of the broker.";
  }

  private String told() {
    return ", but the clients were told --security.protocol=" + protocol + ". ";
  }

  /** What is wrong with a broker that speaks the clients' protocol. */
  private String ofGreeting(Address address, Greeting greeting) {
    if (greeting.brokers().isEmpty()) {
      return sasl
          ? address
              + " answers only clients that have authenticated. Are the settings under --sasl.*"
              + " right?"
          : address
              + " requires clients to authenticate"
              + told()
              + ("Set it to SASL_" + (tls ? "SSL" : "PLAINTEXT"))
              + ", with --sasl.mechanism and --sasl.jaas.config.";
    }
    for (Address advertised : greeting.brokers()) {
      Optional<String> why = unreachable(advertised);
      if (why.isPresent()) {
        return "%s answers, but sends clients on to %s, and %s."
                .formatted(address, advertised, why.get())
            + " Set advertised.listeners of that broker to an address that can be reached from"
            + " here.";
      }
    }
    return address
        + " answers a simple question, but not this one. Is it overloaded or still starting?";
  }
}
