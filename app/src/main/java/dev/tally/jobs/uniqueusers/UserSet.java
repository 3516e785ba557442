package dev.tally.jobs.uniqueusers;

import com.dynatrace.hash4j.distinctcount.StateChangeObserver;
import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import dev.tally.job.Damaged;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The users of a window, as 64-bit hashes of their uids. Up to {@link #EXACT_MAX} hashes are kept
 * themselves; with one more, an UltraLogLog of 64 KiB takes their place. It estimates their number
 * with an rms error of 0.3 %.
 *
 * <p>What a set answers depends on which hashes it was given, and on nothing else: neither on their
 * order, nor on how often each came, nor on which of them came in other sets. A replay that cuts
 * the input elsewhere gives the same answers to the last digit.
 *
 * <p>Hashes lie in a table with open addressing and linear probing, of which at most three quarters
 * are in use:
 *
 * <pre>
 *   0      an empty slot
 *   hash   one that is in use; the hash 0 has a flag instead of a slot
 * </pre>
 *
 * Confined to the thread of its shard.
 */
final class UserSet {
  /** The most hashes that are counted exactly. */
  static final int EXACT_MAX = 131_072;

  /** Registers of the UltraLogLog, as a power of two: 64 KiB. */
  static final int PRECISION = 16;

  /** 1.96 standard errors of 0.00306, relative: 95 of 100 estimates are closer than this. */
  private static final double RELATIVE_ERROR = 0.0059976;

  private static final byte EXACT = 0;
  private static final byte SKETCH = 1;

  private static final long NONE = -1;
  private static final int SLOTS_BITS_MIN = 4;
  private static final int OBJECT_BYTES = 64; // of the set and the header of its array

  // A table of each size scatters hashes in its own way. Otherwise those of one table, added to a
  // smaller one in the order of their slots, would crowd one end of it into one long probe chain.
  private static final long[] MULTIPLIERS = new long[Long.SIZE];

  static {
    MULTIPLIERS[0] = 0x9e3779b97f4a7c15L; // odd, and without a pattern in its bits
    for (int bits = 1; bits < Long.SIZE; bits++) {
      MULTIPLIERS[bits] = MULTIPLIERS[bits - 1] * MULTIPLIERS[0];
    }
  }

  private long[] slots = {};
  private int shift; // what it leaves of a scattered hash is its slot
  private long multiplier;
  private int used; // slots
  private boolean zero; // whether the hash 0 is in the set
  private @Nullable UltraLogLog sketch; // null while the set is exact
  private boolean sketchChanged;
  private long estimate = NONE; // of the sketch as it is: it takes a third of a millisecond
  private final StateChangeObserver onChange = decrease -> sketchChanged = true;

  UserSet() {
    allocate(SLOTS_BITS_MIN);
  }

  private void allocate(int bits) {
    slots = new long[1 << bits];
    shift = Long.SIZE - bits;
    multiplier = MULTIPLIERS[bits];
  }

  /**
   * Adds a user.
   *
   * @return whether the set has changed. An estimated set need not change for a new user.
   */
  boolean add(long hash) {
    UltraLogLog sketch = this.sketch;
    if (sketch != null) {
      sketchChanged = false;
      sketch.add(hash, onChange);
      if (sketchChanged) {
        estimate = NONE;
      }
      return sketchChanged;
    }
    int slot = hash == 0 ? 0 : slotOf(hash);
    if (hash == 0 ? zero : slots[slot] == hash) {
      return false;
    }
    if (size() == EXACT_MAX) {
      becomeSketch().add(hash);
    } else if (hash == 0) {
      zero = true;
    } else {
      slots[slot] = hash;
      used++;
      if (4L * used > 3L * slots.length) {
        grow();
      }
    }
    return true;
  }

  /** The slot that a hash other than 0 is in, or the empty one that it may take. */
  private int slotOf(long hash) {
    long[] slots = this.slots;
    int last = slots.length - 1;
    int slot = (int) ((hash * multiplier) >>> shift);
    while (slots[slot] != 0 && slots[slot] != hash) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  private void grow() {
    long[] before = slots;
    allocate(Long.SIZE - shift + 1);
    for (long hash : before) {
      if (hash != 0) {
        slots[slotOf(hash)] = hash;
      }
    }
  }

  private UltraLogLog becomeSketch() {
    UltraLogLog sketch = UltraLogLog.create(PRECISION);
    forEachHash(sketch::add);
    this.sketch = sketch;
    slots = new long[0];
    used = 0;
    zero = false;
    return sketch;
  }

  /** Adds all users of another set, which is not changed. */
  void addAll(UserSet other) {
    if (other.sketch == null) {
      other.forEachHash(this::add);
      return;
    }
    UltraLogLog sketch = this.sketch == null ? becomeSketch() : this.sketch;
    sketch.add(other.sketch);
    estimate = NONE;
  }

  private int size() {
    return zero ? used + 1 : used;
  }

  /** The number of users: itself if the set is {@link #exact}, else an estimate of it. */
  long users() {
    if (sketch == null) {
      return size();
    }
    if (estimate == NONE) {
      estimate = Math.round(sketch.getDistinctCountEstimate());
    }
    return estimate;
  }

  /** Whether there are at most {@link #EXACT_MAX} users, which have all been counted. */
  boolean exact() {
    return sketch == null;
  }

  /** The lower of two bounds that the number of users lies between, with 95 % confidence. */
  long lower() {
    return sketch == null ? size() : (long) Math.floor(users() / (1 + RELATIVE_ERROR));
  }

  /** The upper bound; see {@link #lower}. */
  long upper() {
    return sketch == null ? size() : (long) Math.ceil(users() / (1 - RELATIVE_ERROR));
  }

  /** About how much of the heap the set takes. */
  long memoryBytes() {
    return OBJECT_BYTES + (sketch == null ? (long) Long.BYTES * slots.length : 1L << PRECISION);
  }

  /**
   * Visits all hashes, in no particular order.
   *
   * @throws IllegalStateException if the set is not {@link #exact}, and no longer has them
   */
  void forEachHash(LongConsumer visitor) {
    if (sketch != null) {
      throw new IllegalStateException("more than " + EXACT_MAX + " hashes are not kept");
    }
    if (zero) {
      visitor.accept(0);
    }
    for (long hash : slots) {
      if (hash != 0) {
        visitor.accept(hash);
      }
    }
  }

  /**
   * The set as bytes. Equal sets give equal bytes.
   *
   * <pre>
   *   1 byte   0 = exact: then each hash, 8 bytes big-endian, ascending as signed numbers
   *            1 = estimated: then the 65,536 registers of the UltraLogLog
   * </pre>
   */
  byte[] toBytes() {
    if (sketch != null) {
      byte[] registers = sketch.getState();
      return ByteBuffer.allocate(1 + registers.length).put(SKETCH).put(registers).array();
    }
    long[] hashes = new long[size()]; // its first is the hash 0 if that is in the set
    int count = hashes.length - used;
    for (long hash : slots) {
      if (hash != 0) {
        hashes[count++] = hash;
      }
    }
    Arrays.sort(hashes);
    ByteBuffer bytes = ByteBuffer.allocate(1 + Long.BYTES * hashes.length).put(EXACT);
    bytes.asLongBuffer().put(hashes);
    return bytes.array();
  }

  /**
   * The set that {@link #toBytes} wrote.
   *
   * @throws Damaged if it cannot have written these bytes
   */
  static UserSet fromBytes(byte[] bytes) {
    if (bytes.length == 0) {
      throw new Damaged("a set of users has no bytes");
    }
    return switch (bytes[0]) {
      case EXACT -> exactSet(bytes);
      case SKETCH -> estimatedSet(bytes);
      default -> throw new Damaged("a set of users is of kind " + bytes[0] + ", not 0 or 1");
    };
  }

  private static UserSet exactSet(byte[] bytes) {
    int count = (bytes.length - 1) / Long.BYTES;
    if ((bytes.length - 1) % Long.BYTES != 0 || count > EXACT_MAX) {
      throw new Damaged("an exact set of users has " + bytes.length + " bytes");
    }
    UserSet set = new UserSet();
    ByteBuffer hashes = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    long before = 0;
    for (int i = 0; i < count; i++) {
      long hash = hashes.getLong();
      if (i > 0 && hash <= before) {
        throw new Damaged("an exact set of users has " + hash + " after " + before);
      }
      set.add(hash);
      before = hash;
    }
    return set;
  }

  private static UserSet estimatedSet(byte[] bytes) {
    if (bytes.length != 1 + (1 << PRECISION)) {
      throw new Damaged("an estimated set of users has " + bytes.length + " bytes");
    }
    for (int i = 1; i < bytes.length; i++) {
      if (!isRegister(bytes[i])) {
        throw new Damaged("register " + (i - 1) + " of a set of users is " + (bytes[i] & 0xff));
      }
    }
    UserSet set = new UserSet();
    set.becomeSketch().add(UltraLogLog.wrap(Arrays.copyOfRange(bytes, 1, bytes.length)));
    if (set.users() < EXACT_MAX / 2) { // a hundred standard errors away from what it must have
      throw new Damaged("a set of " + set.users() + " users is estimated, not exact");
    }
    return set;
  }

  /**
   * Whether an UltraLogLog can hold this register: 0, or the highest rank of a hash above two bits
   * that tell whether the two ranks below were seen. The lowest rank is 15, below which is none.
   */
  private static boolean isRegister(byte register) {
    int value = register & 0xff;
    int rank = value >> 2;
    int below = value & 3;
    return switch (rank) {
      case PRECISION - 1 -> below == 0;
      case PRECISION -> (below & 1) == 0;
      default -> value == 0 || rank > PRECISION;
    };
  }
}
