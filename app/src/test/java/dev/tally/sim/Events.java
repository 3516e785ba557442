package dev.tally.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** A table of what can happen: named events, of which chance picks one in proportion to weights. */
final class Events {
  private record Event(int weight, String name, BooleanSupplier action) {}

  private final Random random;
  private final Map<String, Integer> counts;
  private final List<Event> events = new ArrayList<>();
  private int weights;

  /**
   * An empty table.
   *
   * @param counts how often each event has happened, 0 for those that have not
   */
  Events(Random random, Map<String, Integer> counts) {
    this.random = random;
    this.counts = counts;
  }

  Events add(int weight, String name, Runnable action) {
    return addIfPossible(
        weight,
        name,
        () -> {
          action.run();
          return true;
        });
  }

  /**
   * Adds an event for which something may be missing.
   *
   * @param action returns whether it happened
   */
  Events addIfPossible(int weight, String name, BooleanSupplier action) {
    counts.putIfAbsent(name, 0);
    events.add(new Event(weight, name, action));
    weights += weight;
    return this;
  }

  /** Makes one of them happen; false if it could not. */
  boolean next() {
    int at = random.nextInt(weights);
    for (Event event : events) {
      at -= event.weight();
      if (at < 0) {
        boolean happened = event.action().getAsBoolean();
        counts.merge(event.name(), happened ? 1 : 0, Integer::sum);
        return happened;
      }
    }
    throw new IllegalStateException("a table without events");
  }
}
