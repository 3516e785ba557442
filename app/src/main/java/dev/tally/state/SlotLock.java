package dev.tally.state;

import dev.tally.Causes;
import dev.tally.Stop;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds a numbered folder for one worker, by a file lock that the kernel releases when the process
 * ends. Any thread may try to claim or share a folder; a lock itself is confined to its holder.
 */
final class SlotLock implements AutoCloseable {
  private static final String FILE = "lock";

  // Slots that this process has. Their lock files must not even be opened: under POSIX, closing any
  // channel of a file releases the process's lock on it, and other processes could claim the slot.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final int number;
  private final Path folder;
  private final Path realFolder;
  // Null if the slot is only looked at and has no lock file.
  private final @Nullable FileChannel channel;
  private final @Nullable Object fileKey;

  private SlotLock(
      int number,
      Path folder,
      Path realFolder,
      @Nullable FileChannel channel,
      @Nullable Object fileKey) {
    this.number = number;
    this.folder = folder;
    this.realFolder = realFolder;
    this.channel = channel;
    this.fileKey = fileKey;
  }

  /** Claims a slot; null if another worker has it. */
  static @Nullable SlotLock tryClaim(Path parent, int number) {
    Path folder = parent.resolve("slot-" + number);
    try {
      Files.createDirectories(folder);
      return tryHold(number, folder, SlotLock::tryLock);
    } catch (IOException e) {
      throw Stop.disk(
          "the state folder %s cannot be used: %s. Make it writable or name another one with"
              + " --state.dir.",
          folder, Causes.of(e));
    }
  }

  /** Shares a slot to look at it; nothing is created or written. Null if a worker has it. */
  static @Nullable SlotLock tryShare(Path parent, int number) throws IOException {
    return tryHold(number, parent.resolve("slot-" + number), SlotLock::tryLockShared);
  }

  /** Locks a slot, unless another worker of this process has it. */
  private static @Nullable SlotLock tryHold(int number, Path folder, Locking locking)
      throws IOException {
    Path realFolder = folder.toRealPath();
    if (!HELD.add(realFolder)) {
      return null;
    }
    SlotLock lock = null;
    try {
      lock = locking.tryLock(number, folder, realFolder);
      return lock;
    } finally {
      if (lock == null) {
        HELD.remove(realFolder);
      }
    }
  }

  private interface Locking {
    @Nullable SlotLock tryLock(int number, Path folder, Path realFolder) throws IOException;
  }

  private static @Nullable SlotLock tryLock(int number, Path folder, Path realFolder)
      throws IOException {
    Path file = folder.resolve(FILE);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    return locked(channel, false)
        ? new SlotLock(number, folder, realFolder, channel, keyOf(file))
        : null;
  }

  private static @Nullable SlotLock tryLockShared(int number, Path folder, Path realFolder)
      throws IOException {
    Path file = folder.resolve(FILE);
    if (Files.notExists(file)) {
      return new SlotLock(number, folder, realFolder, null, null);
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return locked(channel, true)
        ? new SlotLock(number, folder, realFolder, channel, keyOf(file))
        : null;
  }

  /** Locks the file, and closes it if that fails because another process has locked it. */
  private static boolean locked(FileChannel channel, boolean shared) throws IOException {
    FileLock held = null;
    try {
      held = channel.tryLock(0, Long.MAX_VALUE, shared);
    } finally {
      if (held == null) {
        channel.close();
      }
    }
    return held != null;
  }

  /** Identifies a file regardless of its name: one that was deleted and made anew differs. */
  private static Object keyOf(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  int number() {
    return number;
  }

  Path folder() {
    return folder;
  }

  boolean intact() {
    try {
      return keyOf(folder.resolve(FILE)).equals(fileKey);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw Stop.disk("the lock of %s cannot be released: %s", folder, Causes.of(e));
    } finally {
      HELD.remove(realFolder);
    }
  }
}
