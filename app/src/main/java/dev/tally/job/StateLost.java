package dev.tally.job;

import org.jspecify.annotations.Nullable;

/**
 * The saved state of a partition cannot be read, makes no sense or belongs to another log, or its
 * folder is gone. Nothing is lost: the state is rebuilt from the input.
 */
public final class StateLost extends RuntimeException {
  private final String partition;

  public StateLost(String partition, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.partition = partition;
  }

  /** The partition whose state it was. */
  public String partition() {
    return partition;
  }
}
