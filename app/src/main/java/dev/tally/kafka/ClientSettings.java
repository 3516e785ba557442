package dev.tally.kafka;

import dev.tally.Stop;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka client settings that a user gave: `--bootstrap.servers`, those for every client
 * (`--security.*`, `--ssl.*`, `--sasl.*`) and those for one kind of client (`--consumer.*`,
 * `--producer.*`, `--admin.*`).
 *
 * @param bootstrapServers comma-separated, each host:port
 * @param given names as on the command line, without the two dashes
 */
public record ClientSettings(String bootstrapServers, Map<String, String> given) {
  private static final Set<String> FOR_EVERY_CLIENT = Set.of("security.", "ssl.", "sasl.");
  private static final Set<String> FOR_ONE_KIND = Set.of("consumer.", "producer.", "admin.");

  public ClientSettings {
    given = Map.copyOf(given);
    given.keySet().forEach(ClientSettings::requireKnown);
  }

  /** Whether a flag of this name (without the dashes) is passed on to the clients. */
  public static boolean passedOn(String name) {
    return FOR_EVERY_CLIENT.stream().anyMatch(name::startsWith)
        || FOR_ONE_KIND.stream().anyMatch(name::startsWith);
  }

  /**
   * Settings of a consumer.
   *
   * @param defaults tally's own, which settings that the user gave replace
   * @param owned settings that only tally may choose
   * @throws Stop if the user gave one of those
   */
  public Map<String, Object> consumer(Map<String, ?> defaults, Map<String, ?> owned) {
    return settings("consumer.", defaults, owned);
  }

  /** Settings of a producer; see {@link #consumer}. */
  public Map<String, Object> producer(Map<String, ?> defaults, Map<String, ?> owned) {
    return settings("producer.", defaults, owned);
  }

  /** Settings of an admin client; see {@link #consumer}. */
  public Map<String, Object> admin(Map<String, ?> defaults, Map<String, ?> owned) {
    return settings("admin.", defaults, owned);
  }

  private Map<String, Object> settings(String kind, Map<String, ?> defaults, Map<String, ?> owned) {
    Map<String, Object> settings = new HashMap<>(defaults);
    settings.put("bootstrap.servers", bootstrapServers);
    // What was given for this kind of client comes last, so that it wins.
    FOR_EVERY_CLIENT.forEach(prefix -> put(prefix, "", owned, settings));
    put(kind, kind, owned, settings);
    settings.putAll(owned);
    return settings;
  }

  /** Adds the settings given under a prefix, without `cut` at the front of their names. */
  private void put(String prefix, String cut, Map<String, ?> owned, Map<String, Object> settings) {
    given.forEach(
        (flag, value) -> {
          if (flag.startsWith(prefix)) {
            String name = flag.substring(cut.length());
            if (owned.containsKey(name)) {
              throw Stop.usage(
                  "--%s cannot be set: exactly-once depends on it and tally sets it itself."
                      + " Leave it out.",
                  flag);
            }
            settings.put(name, value);
          }
        });
  }

  private static void requireKnown(String flag) {
    String refusal = refusal(flag);
    if (refusal != null) {
      throw Stop.usage("--%s: %s", flag, refusal);
    }
  }

  /** Why a client cannot be given a setting of this name, as a sentence; null if it can. */
  public static @Nullable String refusal(String flag) {
    String kind = kind(flag);
    String name = flag.substring(kind.length());
    if (name.equals("bootstrap.servers")) {
      return "give --bootstrap.servers once, for all clients.";
    }
    if (flag.equals("consumer.group.id")) {
      return "give the group as --group.id.";
    }
    return names(kind).contains(name) ? null : "Kafka's clients have no setting " + name + ".";
  }

  /** The names for the same kind of client, or for all: what a misspelled one may have meant. */
  public static Set<String> namesLike(String flag) {
    String kind = kind(flag);
    return names(kind).stream()
        .map(name -> kind + name)
        .filter(ClientSettings::passedOn)
        .collect(Collectors.toSet());
  }

  /** The prefix that names one kind of client; empty for a setting of every client. */
  private static String kind(String flag) {
    return FOR_ONE_KIND.stream().filter(flag::startsWith).findFirst().orElse("");
  }

  private static Set<String> names(String kind) {
    return switch (kind) {
      case "consumer." -> ConsumerConfig.configNames();
      case "producer." -> ProducerConfig.configNames();
      default -> AdminClientConfig.configNames();
    };
  }
}
