package dev.tally.engine;

import dev.tally.Stop;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * What the engine needs to know of a job's topics.
 *
 * @param inputTopicId of the topic that the workers read
 * @param outputPartitions of each output topic, in the order of {@link EngineConfig#outputs}
 * @param deadLetterBytesMax largest batch that brokers take in the dead-letter topic, in bytes
 */
public record TopicLayout(
    Uuid inputTopicId,
    int inputPartitions,
    List<Integer> outputPartitions,
    int deadLetterPartitions,
    int deadLetterBytesMax) {

  /** Whether the output topic with this index has the input's number of partitions. */
  boolean sameOutputPartitions(int index) {
    return inputPartitions == outputPartitions.get(index);
  }

  DeadLetters deadLetters(String groupId, String topic) {
    return new DeadLetters(
        groupId, topic, inputPartitions == deadLetterPartitions, deadLetterBytesMax);
  }

  /**
   * Requires that the input topic is still the one that was found at the start.
   *
   * @throws Stop if it was created anew, or has another number of partitions
   */
  public void requireSameInput(String topic, Uuid topicId, int partitions) {
    if (!topicId.equals(inputTopicId)) {
      throw Stop.refused(
          "the input topic '%s' was deleted and created anew while it was being read. Reset the"
              + " group's offsets to say where to begin.",
          topic);
    }
    // Keys move when partitions are added: rows of one key may then be in two of them.
    if (partitions != inputPartitions) {
      throw Stop.refused(
          "%s had %d partitions and now has %d: rows of one key may be in two of them. Start again"
              + " once all of them are keyed alike, with --on.settings.change rebuild.",
          topic, inputPartitions, partitions);
    }
  }
}
