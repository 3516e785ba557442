package dev.tally.sim;

/** The process that a client or a store belongs to, as far as these know it. */
interface Host {
  /** Every call into broker or disk passes here, before and after; it may end or stall here. */
  void point(String where);

  /** Whether to fail now, of about so many times in a thousand. */
  boolean fails(Fault fault, int perMille);

  /** A transaction of ours was committed. */
  void committed();

  /** What may be made to fail; the bounds of the remedies are kept. */
  enum Fault {
    /** Abortable. */
    REWIND,
    /** The clients are of no more use. */
    RECONNECT,
    /** The producer is fenced. */
    FENCE,
    /** Saved state is lost. */
    STATE_LOST,
    /** The disk is full. */
    DISK_FULL
  }
}
