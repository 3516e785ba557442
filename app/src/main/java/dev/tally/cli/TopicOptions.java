package dev.tally.cli;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.StartFrom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The names by which Kafka knows a job's work; whatever checks that work is given the same. */
final class TopicOptions {
  @Option(
      names = "--input.topic",
      paramLabel = "TOPIC",
      description = "Topic that the job reads. Default: ${DEFAULT-VALUE}.")
  private String input;

  @Option(
      names = "--output.topic",
      paramLabel = "TOPIC",
      description =
          "Topic of the answers; the job creates it if it is missing. Read it with"
              + " isolation.level=read_committed. Default: ${DEFAULT-VALUE}.")
  private String output;

  @Option(
      names = "--dead.letter.topic",
      paramLabel = "TOPIC",
      description =
          "Topic of the records that get no answer; the job creates it if it is missing."
              + " Default: INPUT-dead-letters.")
  private @Nullable String deadLetters;

  @Mixin private GroupOption group;

  /** The flags with a job's own defaults. */
  TopicOptions(String input, String output, String groupId) {
    this.input = input;
    this.output = output;
    this.group = new GroupOption(groupId);
  }

  /**
   * Checks all of the names, before anything is opened under one of them.
   *
   * @throws dev.tally.Stop if Kafka, or the folder of saved state, can have no such name
   */
  void requireUsable() {
    group.id();
    Names.requireTopic("--input.topic", input);
    Names.requireTopic("--output.topic", output);
    Names.requireTopic("--dead.letter.topic", deadLetters());
  }

  /**
   * What an audit of the job's work looks at.
   *
   * @throws dev.tally.Stop if a name cannot be used, or no broker was given
   */
  AuditSettings audit(KafkaOptions kafka, StartFrom startFrom) {
    requireUsable();
    return new AuditSettings(kafka.settings(), input, output, deadLetters(), groupId(), startFrom);
  }

  String input() {
    return input;
  }

  String output() {
    return output;
  }

  /** The topic that was given, or else the one that belongs to the input. */
  String deadLetters() {
    return deadLetters == null ? Names.deadLetterTopic(input) : deadLetters;
  }

  String groupId() {
    return group.id();
  }
}
