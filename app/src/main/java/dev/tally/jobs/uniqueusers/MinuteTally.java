package dev.tally.jobs.uniqueusers;

/** Users and frames of one minute, as they are gathered between two commits. */
final class MinuteTally {
  private final UserSet users = new UserSet();
  private int frames;

  /** Counts a frame; returns whether its user is new here. */
  boolean add(long hash) {
    frames++;
    return users.add(hash);
  }

  UserSet users() {
    return users;
  }

  int frames() {
    return frames;
  }
}
