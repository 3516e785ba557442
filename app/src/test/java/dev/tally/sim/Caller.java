package dev.tally.sim;

/** A process as its clients and its disk know it. */
interface Caller {
  /** Every call passes here; the process can be killed here, or stand still for a while. */
  void reaches(Point point);

  /**
   * Whether the call fails.
   *
   * @param perMille how many calls out of 1,000 fail with this, roughly
   */
  boolean fails(Fault fault, int perMille);

  /** A transaction of this process was committed. */
  void committed();

  /** What a call can fail with. */
  enum Fault {
    /** The transaction has to be aborted. */
    REWIND,
    /** The clients cannot be used any more. */
    RECONNECT,
    /** The producer is fenced. */
    FENCE,
    /** Saved state cannot be read. */
    STATE_LOST,
    DISK_FULL
  }
}
