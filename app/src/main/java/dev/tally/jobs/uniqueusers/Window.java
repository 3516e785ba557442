package dev.tally.jobs.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.job.Damaged;
import dev.tally.job.Output;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/**
 * The users and frames of one window, and what of them has been told. Confined to the thread of its
 * shard.
 */
final class Window {
  /** Generous: a result has a fixed form, in which only the numbers vary. */
  static final int RESULT_BYTES_MAX = 1024;

  private final WindowKind kind;
  private final long start;
  private final UserSet users;
  private long frames;
  private boolean told = true; // whether the last result says what is here
  private boolean toldFinal;
  private boolean saved;

  /** Empty. */
  Window(WindowKind kind, long start) {
    this(kind, start, new UserSet(), 0);
  }

  private Window(WindowKind kind, long start, UserSet users, long frames) {
    this.kind = kind;
    this.start = start;
    this.users = users;
    this.frames = frames;
  }

  long start() {
    return start;
  }

  long end() {
    return kind.end(start);
  }

  UserSet users() {
    return users;
  }

  long frames() {
    return frames;
  }

  /** Adds one user; the frames are counted by {@link #addFrames}. */
  void addUser(long hash) {
    users.add(hash);
  }

  void addUsers(UserSet more) {
    users.addAll(more);
  }

  void addFrames(long more) {
    frames += more;
    told = false;
    saved = false;
  }

  /** Whether the newest result is not what is here now. */
  boolean untold() {
    return !told;
  }

  boolean toldFinal() {
    return toldFinal;
  }

  /** Whether a result of the open window says what is here. */
  boolean toldOpen() {
    return told && !toldFinal;
  }

  /**
   * Emits a result if the last one does not hold any more.
   *
   * @param closed whether the window is closed
   * @param evenOpen whether it is told as well while it is open
   */
  void tellIfDue(boolean closed, boolean evenOpen, Output output) {
    if (closed ? !told || !toldFinal : evenOpen && !told) {
      tell(closed, output);
    }
  }

  /**
   * Goes on from an earlier life, which has told every window that was closed. Whether it has told
   * an open one as it is, nobody knows: that is told again.
   */
  void resume(boolean closed) {
    told = closed;
    toldFinal = closed;
  }

  /** Emits the result. */
  void tell(boolean asFinal, Output output) {
    String from = Instant.ofEpochSecond(start).toString();
    String key = kind.text() + "/" + from;
    String value =
        "{\"window\":\""
            + kind.text()
            + "\",\"start\":\""
            + from
            + "\",\"end\":\""
            + Instant.ofEpochSecond(end())
            + "\",\"users\":"
            + users.users()
            + ",\"exact\":"
            + users.exact()
            + ",\"lower\":"
            + users.lower()
            + ",\"upper\":"
            + users.upper()
            + ",\"frames\":"
            + frames
            + ",\"final\":"
            + asFinal
            + "}";
    output.answer(UniqueUsers.RESULTS, key.getBytes(UTF_8), value.getBytes(UTF_8));
    told = true;
    toldFinal = asFinal;
  }

  /** What it holds, to look at. */
  SavedCounts counts() {
    return new SavedCounts(kind.text(), start, users.users(), users.exact(), frames);
  }

  boolean saved() {
    return saved;
  }

  /** As it is saved: 8 bytes frames, then the users. Counts as saved from now on. */
  byte[] toSave() {
    saved = true;
    byte[] set = users.toBytes();
    return ByteBuffer.allocate(Long.BYTES + set.length).putLong(frames).put(set).array();
  }

  /**
   * Reads what {@link #toSave} gave.
   *
   * @throws Damaged if it makes no sense
   */
  static Window ofSaved(WindowKind kind, long start, byte[] bytes) {
    if (bytes.length <= Long.BYTES || kind.start(start) != start) {
      throw new Damaged(
          "a saved " + kind.text() + " at " + start + " of " + bytes.length + " bytes");
    }
    long frames = ByteBuffer.wrap(bytes).getLong();
    UserSet users = UserSet.fromBytes(Arrays.copyOfRange(bytes, Long.BYTES, bytes.length));
    if (frames < 1 || frames < users.lower()) {
      throw new Damaged("a saved " + kind.text() + " at " + start + " with " + frames + " frames");
    }
    Window window = new Window(kind, start, users, frames);
    window.saved = true;
    return window;
  }

  long memoryBytes() {
    return users.memoryBytes() + 64;
  }
}
