package dev.tally.state;

import dev.tally.Stop;
import dev.tally.job.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state folder of one consumer group on one host. Any thread may claim a slot. Its layout:
 *
 * <pre>
 *   STATE.DIR/GROUP.ID/slot-0/lock    locked while a worker has the slot
 *                             db/     a RocksDB with a column family for each partition
 *                      slot-1/...
 * </pre>
 */
public final class RocksSlots implements StateStore.Slots, AutoCloseable {
  private static final int SLOTS_MAX = 1000;

  private static final String SLOT = "slot-";
  private static final int FOUND_MAX = 10; // suggestions in a message

  private final Path stateDir;
  private final Path folder;
  private final RocksMemory memory = new RocksMemory();

  public RocksSlots(Path stateDir, String groupId) {
    this.stateDir = stateDir;
    try {
      this.folder = stateDir.resolve(groupId);
    } catch (InvalidPathException e) {
      throw Stop.usage("--group.id '%s' cannot be a folder's name: %s.", groupId, e.getReason());
    }
  }

  @Override
  public StateStore claim() {
    for (int number = 0; number < SLOTS_MAX; number++) {
      SlotLock lock = SlotLock.tryClaim(folder, number);
      if (lock != null) {
        return open(lock);
      }
    }
    throw Stop.disk("all %d slots of %s are taken; is something else there?", SLOTS_MAX, folder);
  }

  /**
   * The numbers of all slots that exist, to {@link #look} at.
   *
   * @throws Stop if there is none, with the state that there is, or if the folder cannot be read
   */
  public List<Integer> numbers() {
    List<Integer> numbers = numbers(children(folder));
    if (numbers.isEmpty()) {
      throw Stop.usage(
          "there is no saved state of group '%s' in %s. %s",
          folder.getFileName(), stateDir, whatThereIs());
    }
    return numbers;
  }

  /**
   * Opens the store in a slot read-only; nothing in the folder is created or changed.
   *
   * @return null if nothing was ever saved in the slot
   * @throws Stop if a worker has the slot or it cannot be read
   */
  public @Nullable StateStore look(int number) {
    Path slot = folder.resolve(SLOT + number);
    SlotLock lock;
    try {
      lock = SlotLock.tryShare(folder, number);
    } catch (IOException e) {
      throw unreadable(slot, e);
    }
    if (lock == null) {
      throw Stop.disk(
          "%s is in use by a running instance. Stop it first: what it holds in memory is newer.",
          slot);
    }
    StateStore store = null;
    try {
      store = RocksStore.openReadOnly(lock, memory);
      return store;
    } finally {
      if (store == null) {
        lock.close();
      }
    }
  }

  private static List<Integer> numbers(List<Path> children) {
    return children.stream()
        .map(child -> child.getFileName().toString())
        .filter(name -> name.matches(SLOT + "\\d{1,3}"))
        .map(name -> Integer.parseInt(name.substring(SLOT.length())))
        .sorted()
        .toList();
  }

  /** The flags that would find state: of groups here, or in the folders of instances below. */
  private String whatThereIs() {
    List<Path> below = children(stateDir);
    String found =
        Stream.concat(Stream.of(stateDir), below.stream().filter(Files::isReadable))
            .flatMap(dir -> children(dir).stream())
            .filter(group -> Files.isReadable(group) && !numbers(children(group)).isEmpty())
            .limit(FOUND_MAX)
            .map(
                group ->
                    "--state.dir=%s --group.id='%s'"
                        .formatted(group.getParent(), group.getFileName()))
            .collect(Collectors.joining(", "));
    return found.isEmpty()
        ? "Name the folder with --state.dir."
        : "State exists for " + found + ".";
  }

  /** The children of a folder; none if it does not exist or is a file. */
  private static List<Path> children(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static Stop unreadable(Path path, IOException e) {
    return Stop.disk("%s cannot be read: %s. Run this as the user it belongs to.", path, e);
  }

  private StateStore open(SlotLock lock) {
    try {
      return RocksStore.open(lock, memory);
    } catch (Stop stop) {
      lock.close();
      throw stop;
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
