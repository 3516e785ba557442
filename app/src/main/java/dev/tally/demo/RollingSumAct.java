package dev.tally.demo;

import java.util.List;

/** Sales rows, and the answers to them. */
final class RollingSumAct implements Act {
  private static final String OUTPUT = "agg";
  private static final String DEAD_LETTERS = "data-dead-letters";

  @Override
  public String job() {
    return "rolling-sum";
  }

  @Override
  public List<String> verification() {
    return List.of("verify");
  }

  @Override
  public String records() {
    return "rows";
  }

  @Override
  public String results() {
    return "answers";
  }

  @Override
  public String input() {
    return "data";
  }

  @Override
  public String output() {
    return OUTPUT;
  }

  @Override
  public int outputPartitions() {
    return Demo.PARTITIONS;
  }

  @Override
  public String deadLetters() {
    return DEAD_LETTERS;
  }

  @Override
  public String groupId() {
    return "tally-rolling-sum";
  }

  @Override
  public List<String> jobFlags() {
    return List.of();
  }

  @Override
  public List<String> producerFlags() {
    return List.of("--loop", "--event.time=now");
  }

  @Override
  public boolean closesAtTheEnd() {
    return false;
  }

  @Override
  public ResultReader read(String bootstrapServers) {
    return new AnswerReader(bootstrapServers, this);
  }
}
