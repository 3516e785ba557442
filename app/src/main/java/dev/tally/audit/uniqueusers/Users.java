package dev.tally.audit.uniqueusers;

/**
 * How many users a window has, as a result says it.
 *
 * @param exact whether users were counted one by one
 * @param lower of an estimate, the lower bound at 95 %; else users
 * @param upper the upper bound
 */
record Users(long users, boolean exact, long lower, long upper) {
  /** A window with more users is estimated. */
  static final int EXACT_MAX = 131_072;

  /** 1.96 standard errors of an UltraLogLog with p = 16. */
  private static final double ERROR = 1.96 * 0.00306;

  static final Users NONE = exactly(0);

  static Users exactly(long users) {
    return new Users(users, true, users, users);
  }

  static Users estimated(long users) {
    return new Users(
        users,
        false,
        (long) Math.floor(users / (1 + ERROR)),
        (long) Math.ceil(users / (1 - ERROR)));
  }

  /** Whether this can be part of what the other counts, as far as the two are exact. */
  boolean within(Users other) {
    return exact ? !other.exact || users <= other.users : !other.exact;
  }
}
