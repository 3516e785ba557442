package dev.tally.engine.kafka;

import static java.util.Objects.requireNonNull;

import dev.tally.Stop;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.OutputTopic;
import dev.tally.engine.TableTopic;
import dev.tally.engine.TopicLayout;
import dev.tally.engine.kafka.TopicRules.Role;
import dev.tally.job.Job;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Connection;
import dev.tally.kafka.NewTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks what has to be true of the topics before any record is read and while the job runs, and
 * creates the outputs if they are missing.
 */
public final class Topics {
  private static final Logger log = LoggerFactory.getLogger(Topics.class);

  // A broker that has just come back may not know a topic yet.
  private static final Duration MISSING_MAX = Duration.ofSeconds(60);

  private final Admin admin;
  private final ClientSettings clients;
  private final Job job;
  private @Nullable Long missingSinceNanos;

  public Topics(Admin admin, ClientSettings clients, Job job) {
    this.admin = admin;
    this.clients = clients;
    this.job = job;
  }

  /**
   * Checks the topics, creates missing outputs.
   *
   * @throws Stop naming the topic and the cure
   */
  public TopicLayout prepare(EngineConfig config) {
    TopicDescription input = describe(Set.of(config.inputTopic())).get(config.inputTopic());
    if (input == null) {
      throw Stop.kafka(
          "the input topic '%s' does not exist on %s. Create it, or name another one"
              + " with --input.topic.",
          config.inputTopic(), clients.bootstrapServers());
    }
    int inputs = input.partitions().size();
    // Before anything is created.
    check(Role.INPUT, settings(Set.of(config.inputTopic())), input);
    config.table().ifPresent(table -> requireTable(table, input));
    List<TopicDescription> outputs = new ArrayList<>();
    for (OutputTopic output : config.outputs()) {
      outputs.add(describeOrCreate(output, inputs));
    }
    TopicDescription deadLetters =
        describeOrCreate(NewTopics.kept(config.deadLetterTopic(), inputs));
    Map<String, Config> settings = settings(Set.copyOf(config.writtenTopics()));
    for (int i = 0; i < outputs.size(); i++) {
      check(Role.of(config.outputs().get(i).kind()), settings, outputs.get(i));
    }
    check(Role.DEAD_LETTERS, settings, deadLetters);
    int bytesMax = TopicRules.recordBytesMax(requireNonNull(settings.get(deadLetters.name())));
    return new TopicLayout(
        input.topicId(),
        inputs,
        outputs.stream().map(output -> output.partitions().size()).toList(),
        deadLetters.partitions().size(),
        Math.min(bytesMax, ClientTuning.REQUEST_BYTES_MAX / 2));
  }

  private void requireTable(TableTopic table, TopicDescription input) {
    if (input.partitions().size() > 1) {
      throw Stop.refused(
          "the input topic '%s' has %d partitions; accepted: 1, since the job reads the table '%s'"
              + " beside it and each partition would need all of that.",
          input.name(), input.partitions().size(), table.name());
    }
    TopicDescription found = describe(Set.of(table.name())).get(table.name());
    if (found == null) {
      throw Stop.kafka(
          "the table topic '%s' does not exist on %s. Create it with `%s`, or name another one with"
              + " %s.",
          table.name(), clients.bootstrapServers(), table.loader(), table.flag());
    }
    check(Role.TABLE, settings(Set.of(table.name())), found);
  }

  private void check(Role role, Map<String, Config> settings, TopicDescription topic) {
    Config found = requireNonNull(settings.get(topic.name()));
    require(role, found, topic);
    TopicRules.warnings(role, topic.name(), found, job.history()).forEach(log::warn);
  }

  private void require(Role role, Config settings, TopicDescription topic) {
    TopicRules.require(role, topic.name(), settings, job.answerBytesMax());
    if (role == Role.STAGE && topic.partitions().size() > 1) {
      throw Stop.refused(
          "the intermediate topic '%s' has %d partitions; accepted: 1, since the next stage brings"
              + " all sources together. Delete it while the job does not run, and the job creates"
              + " it.",
          topic.name(), topic.partitions().size());
    }
    if (role != Role.INPUT && role != Role.TABLE) {
      int replicas =
          topic.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElseThrow();
      TopicRules.requireWritable(role, topic.name(), settings, replicas);
    }
  }

  /**
   * Checks that the topics are still there and still what they must be. An input that is deleted
   * and created anew has another id, and a client may go on reading it at the old offsets.
   *
   * @throws Stop if they are not
   */
  public void requireUnchanged(EngineConfig config, TopicLayout layout) {
    Map<String, Role> roles = new LinkedHashMap<>();
    roles.put(config.inputTopic(), Role.INPUT);
    config.table().ifPresent(table -> roles.put(table.name(), Role.TABLE));
    config.outputs().forEach(output -> roles.put(output.name(), Role.of(output.kind())));
    roles.put(config.deadLetterTopic(), Role.DEAD_LETTERS);
    Map<String, TopicDescription> found;
    Map<String, Config> settings;
    try {
      found = describe(roles.keySet());
      settings = settings(found.keySet());
    } catch (Stop stop) {
      return; // the workers wait for brokers that are away
    }
    TopicDescription input = found.get(config.inputTopic());
    if (input != null) {
      layout.requireSameInput(input.name(), input.topicId(), input.partitions().size());
    }
    roles.forEach(
        (name, role) -> {
          TopicDescription topic = found.get(name);
          Config now = settings.get(name);
          if (topic != null && now != null) {
            require(role, now, topic);
          }
        });
    requireNotMissing(roles, found.keySet(), System.nanoTime());
  }

  /** Whether one of the topics was not there when it was last looked for. */
  boolean missing() {
    return missingSinceNanos != null;
  }

  /** Deleted for good, as far as can be told: waiting on would be silent and without end. */
  void requireNotMissing(Map<String, Role> roles, Set<String> found, long nowNanos) {
    Optional<Map.Entry<String, Role>> missing =
        roles.entrySet().stream().filter(topic -> !found.contains(topic.getKey())).findFirst();
    if (missing.isEmpty()) {
      missingSinceNanos = null;
      return;
    }
    String text = missing.get().getValue().text();
    String name = missing.get().getKey();
    if (missingSinceNanos == null) {
      missingSinceNanos = nowNanos;
      log.warn(
          "the brokers do not know the {} '{}' any more; waiting up to {} s for it",
          text,
          name,
          MISSING_MAX.toSeconds());
    } else if (nowNanos - missingSinceNanos >= MISSING_MAX.toNanos()) {
      throw Stop.kafka(
          "the %s '%s' was deleted while the job ran: for %d s the brokers have not known it."
              + " Create it again, or name another one.",
          text, name, MISSING_MAX.toSeconds());
    }
  }

  private TopicDescription describeOrCreate(OutputTopic output, int inputPartitions) {
    int partitions = output.partitions().orElse(inputPartitions);
    return describeOrCreate(
        switch (output.kind()) {
          case ANSWERS -> NewTopics.kept(output.name(), partitions);
          case UPSERTS -> NewTopics.compacted(output.name(), partitions);
          case STAGE -> NewTopics.kept(output.name(), partitions, output.retention());
        });
  }

  private TopicDescription describeOrCreate(NewTopic wanted) {
    String topic = wanted.name();
    TopicDescription found = describe(Set.of(topic)).get(topic);
    if (found != null) {
      return found;
    }
    try {
      if (NewTopics.create(admin, wanted)) {
        log.info("created topic '{}' with {} partitions", topic, wanted.numPartitions());
      }
      // If another instance was quicker it has created as many.
      return NewTopics.onceKnown(
          () ->
              requireNonNull(
                  admin.describeTopics(Set.of(topic)).topicNameValues().get(topic), topic));
    } catch (ExecutionException e) {
      throw Connection.failed(clients, "create topic '" + topic + "'", cause(e));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Those of them that exist. */
  private Map<String, TopicDescription> describe(Collection<String> topics) {
    Map<String, TopicDescription> found = new HashMap<>();
    admin
        .describeTopics(topics)
        .topicNameValues()
        .forEach((topic, answer) -> describe(topic, answer).ifPresent(it -> found.put(topic, it)));
    return found;
  }

  private Optional<TopicDescription> describe(String topic, KafkaFuture<TopicDescription> answer) {
    try {
      return Optional.of(answer.get());
    } catch (ExecutionException e) {
      if (cause(e) instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw Connection.failed(clients, "describe topic '" + topic + "'", cause(e));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private Map<String, Config> settings(Set<String> topics) {
    List<ConfigResource> resources =
        topics.stream().map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic)).toList();
    try {
      // Another instance may have created one a moment ago.
      return NewTopics.onceKnown(() -> admin.describeConfigs(resources).all()).entrySet().stream()
          .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
    } catch (ExecutionException e) {
      throw Connection.failed(
          clients, "read the settings of " + String.join(", ", topics), cause(e));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static Throwable cause(ExecutionException e) {
    return e.getCause() == null ? e : e.getCause();
  }

  private static Stop interrupted() {
    Thread.currentThread().interrupt();
    return Stop.kafka("stopped while asking the brokers about topics");
  }
}
