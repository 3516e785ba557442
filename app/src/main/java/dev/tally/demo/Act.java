package dev.tally.demo;

import java.util.List;

/** What the demo has to know of the job that it shows. */
interface Act {
  /** The command that runs it. */
  String job();

  /** The command that verifies it. */
  List<String> verification();

  /** What its records are called, in the plural. */
  String records();

  /** What its results are called, in the plural. */
  String results();

  String input();

  String output();

  int outputPartitions();

  String deadLetters();

  /** Of the stage that reads the input. */
  String groupId();

  /** Flags of each instance, besides where the broker and the state are. */
  List<String> jobFlags();

  /** Flags of the producer, besides the topic and the rate. */
  List<String> producerFlags();

  /** Whether results are due at the end of the input that only a run with --until.end gives. */
  boolean closesAtTheEnd();

  /** Reads the results from the first one on. */
  ResultReader read(String bootstrapServers);
}
