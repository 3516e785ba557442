package dev.tally.kafka;

import dev.tally.Causes;
import dev.tally.Stop;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;

/** Names the reason why a client cannot be opened, or why brokers give no answer. */
public final class Connection {
  // Kafka reports a host name that does not resolve as a wrong setting; only this text tells.
  private static final String UNRESOLVED = "No resolvable bootstrap";

  private Connection() {}

  /**
   * Builds a client, or only its configuration.
   *
   * @throws Stop if it refuses these settings, or no broker's name resolves
   */
  public static <T> T opened(ClientSettings clients, Supplier<T> client) {
    try {
      return client.get();
    } catch (KafkaException e) {
      throw unusable(clients, e);
    }
  }

  private static Stop unusable(ClientSettings clients, KafkaException failure) {
    boolean unresolved =
        Causes.chain(failure).stream()
            .anyMatch(
                cause ->
                    cause instanceof ConfigException
                        && String.valueOf(cause.getMessage()).contains(UNRESOLVED));
    if (unresolved) {
      // Unlike a wrong setting this can heal: a name service may be back in a moment.
      return Stop.kafka(
          "no host name in --bootstrap.servers=%s resolves. Check the names and the name service.",
          clients.bootstrapServers());
    }
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return Stop.usage("the clients refuse these settings: %s", Causes.of(cause));
  }

  /**
   * The stop for a question to the brokers that failed. If none of them answered, this looks for
   * the reason, which takes some seconds.
   *
   * @param what the question, as it reads after "could not": "list the topics"
   */
  public static Stop failed(ClientSettings clients, String what, Throwable failure) {
    Optional<Stop> codec = Codecs.unusable(failure);
    if (codec.isPresent()) {
      return codec.get();
    }
    if (Causes.chain(failure).stream().anyMatch(TimeoutException.class::isInstance)) {
      return Stop.kafka(
          "could not %s: %s",
          what,
          Diagnosis.of(clients)
              .orElseGet(
                  () ->
                      "no broker answered at %s in time (%s). Are they overloaded?"
                          .formatted(clients.bootstrapServers(), Causes.of(failure))));
    }
    return Stop.kafka(
        "the brokers at %s refused to %s: %s",
        clients.bootstrapServers(), what, Causes.of(failure));
  }
}
