package dev.tally.audit.uniqueusers;

import java.util.ArrayList;
import java.util.List;

/** The newest times of one partition's frames, in offset order: what tells where a history is. */
final class RecentTimes {
  static final int SIZE = 63;

  private final List<Long> seconds = new ArrayList<>();

  /** Adds a time; the oldest leaves if there are enough. */
  void add(long time) {
    if (seconds.size() == SIZE) {
      seconds.remove(0);
    }
    seconds.add(time);
  }

  /** Whether there are enough times to have a median. */
  boolean full() {
    return seconds.size() == SIZE;
  }

  /** The time that as many times are below as above. */
  long median() {
    return seconds.stream().sorted().toList().get(SIZE / 2);
  }
}
