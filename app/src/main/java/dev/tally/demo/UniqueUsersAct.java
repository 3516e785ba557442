package dev.tally.demo;

import java.util.List;

/** Frames, and the users of each minute. */
final class UniqueUsersAct implements Act {
  @Override
  public String job() {
    return "unique-users";
  }

  @Override
  public List<String> verification() {
    return List.of("verify", "unique-users");
  }

  @Override
  public String records() {
    return "frames";
  }

  @Override
  public String results() {
    return "results";
  }

  @Override
  public String input() {
    return "frames";
  }

  @Override
  public String output() {
    return "unique-users";
  }

  @Override
  public int outputPartitions() {
    return 1;
  }

  @Override
  public String deadLetters() {
    return "frames-dead-letters";
  }

  @Override
  public String groupId() {
    return "tally-unique-users";
  }

  /** A minute is long to wait for something to see, so open minutes are told, too. */
  @Override
  public List<String> jobFlags() {
    return List.of("--early=1s");
  }

  /** Some frames come after their minute has closed, so that corrections are seen. */
  @Override
  public List<String> producerFlags() {
    return List.of("--frames", "--late.share=0.001", "--late.seconds=30");
  }

  /** The last minute is open, and time alone would close it. */
  @Override
  public boolean closesAtTheEnd() {
    return true;
  }

  @Override
  public ResultReader read(String bootstrapServers) {
    return new MinuteReader(bootstrapServers, this);
  }
}
