package dev.tally.audit.uniqueusers;

/** How many frames a window has. */
final class FrameCount {
  /** Those that its result must include. */
  long counted;

  /** Those that came while the topics were read, so that its result may include them or not. */
  long later;

  void add(FrameCount other) {
    counted += other.counted;
    later += other.later;
  }
}
