package dev.tally.state;

import dev.tally.job.Causes;
import dev.tally.job.Stop;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A numbered folder that one worker has to itself, held by a file lock the kernel gives back. */
final class SlotLock implements AutoCloseable {
  private static final String FILE = "lock";

  // Slots of this process. They must not even be opened: closing any channel of a file gives up
  // the lock that the process has on it (POSIX), and the slot would be free for other processes.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final int number;
  private final Path folder;
  private final Path realFolder;
  private final FileChannel channel;
  private final Object fileKey;

  private SlotLock(int number, Path folder, Path realFolder, FileChannel channel, Object fileKey) {
    this.number = number;
    this.folder = folder;
    this.realFolder = realFolder;
    this.channel = channel;
    this.fileKey = fileKey;
  }

  /** The slot, or null if another worker has it. */
  static @Nullable SlotLock tryClaim(Path parent, int number) {
    Path folder = parent.resolve("slot-" + number);
    SlotLock lock = null;
    try {
      Files.createDirectories(folder);
      Path realFolder = folder.toRealPath();
      if (!HELD.add(realFolder)) {
        return null; // another worker of this process
      }
      try {
        lock = tryLock(number, folder, realFolder);
        return lock;
      } finally {
        if (lock == null) {
          HELD.remove(realFolder);
        }
      }
    } catch (IOException e) {
      throw Stop.disk(
          "the state folder %s cannot be used: %s. Make it writable or name another one with"
              + " --state.dir.",
          folder, Causes.of(e));
    }
  }

  private static @Nullable SlotLock tryLock(int number, Path folder, Path realFolder)
      throws IOException {
    Path file = folder.resolve(FILE);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean kept = false;
    try {
      FileLock held = channel.tryLock();
      kept = held != null;
      return kept ? new SlotLock(number, folder, realFolder, channel, keyOf(file)) : null;
    } finally {
      if (!kept) {
        channel.close();
      }
    }
  }

  /** Which file it is, whatever its name: a folder deleted and made anew has another. */
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
      channel.close();
    } catch (IOException e) {
      throw Stop.disk("the lock of %s cannot be released: %s", folder, Causes.of(e));
    } finally {
      HELD.remove(realFolder);
    }
  }
}
