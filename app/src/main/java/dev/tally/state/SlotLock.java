package dev.tally.state;

import dev.tally.job.Stop;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A numbered folder that one worker has to itself, held by a file lock the kernel gives back. */
final class SlotLock implements AutoCloseable {
  private static final String FILE = "lock";

  private final int number;
  private final Path folder;
  private final FileChannel channel;
  private final Object fileKey;

  private SlotLock(int number, Path folder, FileChannel channel, Object fileKey) {
    this.number = number;
    this.folder = folder;
    this.channel = channel;
    this.fileKey = fileKey;
  }

  /** The slot, or null if another worker has it. */
  static @Nullable SlotLock tryClaim(Path parent, int number) {
    Path folder = parent.resolve("slot-" + number);
    Path file = folder.resolve(FILE);
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        return null;
      }
      return new SlotLock(number, folder, channel, keyOf(file));
    } catch (IOException e) {
      throw Stop.disk(
          "the state folder %s cannot be used: %s. Make it writable or name another one with"
              + " --state.dir.",
          folder, e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // another worker of this process
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
      throw Stop.disk("the lock of %s cannot be released: %s", folder, e);
    }
  }
}
