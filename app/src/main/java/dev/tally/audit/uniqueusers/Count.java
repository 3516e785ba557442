package dev.tally.audit.uniqueusers;

/**
 * What was recounted of one window.
 *
 * @param frames that its result must include
 * @param later further frames, which it may include
 * @param users of the frames that it must include
 */
record Count(long frames, long later, Users users) {
  static final Count NONE = new Count(0, 0, Users.NONE);
}
