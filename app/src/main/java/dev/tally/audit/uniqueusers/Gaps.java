package dev.tally.audit.uniqueusers;

import java.util.HashSet;
import java.util.Set;

/** The windows that may have counted frames that are not there any more. */
final class Gaps {
  private final Set<Window> ofOtherTopics = new HashSet<>();
  private long deletedUpTo = Long.MIN_VALUE;

  /** Frames up to about this time are deleted, in seconds since 1970. */
  void deletedUpTo(long seconds) {
    deletedUpTo = Math.max(deletedUpTo, seconds);
  }

  /** A part of another topic, an earlier one of the same name, counted frames. */
  void countedElsewhere(Part part) {
    part.frames()
        .keySet()
        .forEach(
            minute -> {
              for (WindowKind kind : WindowKind.values()) {
                ofOtherTopics.add(
                    Window.of(kind, part.hour() + (long) minute * WindowKind.MINUTE_SECONDS));
              }
            });
  }

  /** Whether this window may have such frames. */
  boolean mayBeIn(Window window) {
    return window.start() <= deletedUpTo || ofOtherTopics.contains(window);
  }
}
