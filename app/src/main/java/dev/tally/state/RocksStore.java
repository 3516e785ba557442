package dev.tally.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tally.Stop;
import dev.tally.job.KeyedState;
import dev.tally.job.StateLost;
import dev.tally.job.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The saved state in one slot: a RocksDB with a column family for each partition. Saves go through
 * the write-ahead log without fsync. After a crash of the process all saves are there; after a
 * power cut the newest may be missing, which leaves an older state that is equally consistent.
 *
 * <p>Confined to the thread of the worker that has the slot.
 */
final class RocksStore implements StateStore {
  private static final Logger log = LoggerFactory.getLogger(RocksStore.class);
  private static final String DATABASE = "db";
  // In the default column family, which holds no partition.
  private static final byte[] MANIFEST = "manifest".getBytes(UTF_8);

  // Saves of one slot are a few megabytes; a larger buffer would only delay the sorted files.
  private static final long WRITE_BUFFER_BYTES = 16L << 20;
  // An opening replays the log; this bounds the time to well under a second.
  private static final long LOG_BYTES_MAX = 64L << 20;
  private static final int BLOOM_BITS_PER_KEY = 10; // 1 % of the look-ups go to disk for nothing

  private final SlotLock lock;
  private final Path folder;
  private final DBOptions options;
  private final ColumnFamilyOptions familyOptions;
  private final WriteOptions writeOptions = new WriteOptions();
  private final Map<String, ColumnFamilyHandle> families = new HashMap<>();
  private RocksDB database;
  // RocksDB has found damage: until it is reopened it may refuse all writes, of any partition.
  private boolean refusing;

  private RocksStore(SlotLock lock, RocksMemory memory, boolean readOnly) {
    this.lock = lock;
    this.folder = lock.folder().resolve(DATABASE);
    this.options =
        verifyingLogs()
            .setCreateIfMissing(true)
            .setMaxTotalWalSize(LOG_BYTES_MAX)
            .setWriteBufferManager(memory.writeBuffers())
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(2);
    this.familyOptions =
        new ColumnFamilyOptions()
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(memory.blockCache())
                    .setFilterPolicy(new BloomFilter(BLOOM_BITS_PER_KEY))
                    .setCacheIndexAndFilterBlocks(true));
    try {
      this.database = readOnly ? openToLook() : openOrBeginAnew();
    } catch (Stop stop) {
      closeOptions();
      throw stop;
    }
  }

  /**
   * Options by which each log names the previous one, so that a missing log is noticed. RocksDB's
   * Java API has no setter for that yet.
   */
  private static DBOptions verifyingLogs() {
    Properties properties = new Properties();
    properties.setProperty("track_and_verify_wals", "true");
    return requireNonNull(DBOptions.getDBOptionsFromProps(properties), "this RocksDB is too old");
  }

  /**
   * Opens the store in a slot; a damaged database is deleted and begun anew.
   *
   * @throws Stop if the folder is full, read-only or unusable for another reason
   */
  static RocksStore open(SlotLock lock, RocksMemory memory) {
    return new RocksStore(lock, memory, false);
  }

  /**
   * Opens the store read-only; nothing is changed, not even if the database is damaged.
   *
   * @return null if there is no database
   * @throws Stop if it cannot be read
   */
  static @Nullable RocksStore openReadOnly(SlotLock lock, RocksMemory memory) {
    return Files.exists(lock.folder().resolve(DATABASE))
        ? new RocksStore(lock, memory, true)
        : null;
  }

  private RocksDB openToLook() {
    try {
      return openAll(true);
    } catch (RocksDBException e) {
      throw Stop.disk(
          "the state in %s cannot be read: %s.%s",
          folder,
          why(e),
          damaged(e) ? " It is damaged; the next start rebuilds it from the input." : "");
    }
  }

  private RocksDB openOrBeginAnew() {
    try {
      return openAll(false);
    } catch (RocksDBException e) {
      if (!damaged(e)) {
        throw unusable(folder, e);
      }
      log.warn("state in {} is damaged and will be rebuilt from the input: {}", folder, why(e));
      delete(folder);
    }
    try {
      return openAll(false);
    } catch (RocksDBException e) {
      throw unusable(folder, e);
    }
  }

  private RocksDB openAll(boolean readOnly) throws RocksDBException {
    Manifest found = Manifest.in(folder);
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    try (Options listing = new Options()) {
      for (byte[] name : RocksDB.listColumnFamilies(listing, folder.toString())) {
        descriptors.add(new ColumnFamilyDescriptor(name, familyOptions));
      }
    }
    if (descriptors.isEmpty()) {
      descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    String path = folder.toString();
    RocksDB opened =
        readOnly
            ? RocksDB.openReadOnly(options, path, descriptors, handles)
            : RocksDB.open(options, path, descriptors, handles);
    try {
      requireWhole(found, opened.get(MANIFEST));
    } catch (RocksDBException e) {
      // Closed here, because the caller deletes a damaged database and opens a new one.
      handles.forEach(ColumnFamilyHandle::close);
      opened.close();
      throw e;
    }
    for (int i = 0; i < handles.size(); i++) {
      families.put(new String(descriptors.get(i).getName(), UTF_8), handles.get(i));
    }
    return opened;
  }

  private static void requireWhole(Manifest found, byte @Nullable [] noted)
      throws RocksDBException {
    String damage = null;
    try {
      if (noted != null && found.compareTo(Manifest.read(noted)) < 0) {
        damage = "MANIFEST is cut off or old";
      }
    } catch (IllegalArgumentException e) {
      damage = "what was noted of the MANIFEST: " + e.getMessage();
    }
    if (damage != null) {
      throw new RocksDBException(new Status(Status.Code.Corruption, Status.SubCode.None, damage));
    }
  }

  @Override
  public int slot() {
    return lock.number();
  }

  @Override
  public boolean intact() {
    return lock.intact();
  }

  @Override
  public Set<String> partitions() {
    Set<String> names = new TreeSet<>(families.keySet());
    names.remove(new String(RocksDB.DEFAULT_COLUMN_FAMILY, UTF_8));
    return names;
  }

  @Override
  public KeyedState open(String partition) {
    ColumnFamilyHandle family = families.get(partition);
    if (family == null) {
      try {
        family =
            database.createColumnFamily(
                new ColumnFamilyDescriptor(partition.getBytes(UTF_8), familyOptions));
      } catch (RocksDBException e) {
        throw failure(partition, e);
      }
      families.put(partition, family);
    }
    return new Partition(partition);
  }

  @Override
  public void discard(String partition) {
    ColumnFamilyHandle family = families.get(partition);
    if (family != null) {
      try {
        database.dropColumnFamily(family);
      } catch (RocksDBException e) {
        throw failure(partition, e);
      }
      families.remove(partition);
      family.close();
    }
    if (refusing) {
      closeDatabase();
      database = openOrBeginAnew();
      refusing = false;
    }
  }

  @Override
  public void close() {
    closeDatabase();
    closeOptions();
    lock.close();
  }

  private void closeDatabase() {
    families.values().forEach(ColumnFamilyHandle::close);
    families.clear();
    try {
      database.closeE();
    } catch (RocksDBException e) {
      if (lock.intact()) { // otherwise there is nothing left that could be unclean
        log.warn("state in {} was not closed cleanly: {}", folder, why(e));
      }
    }
  }

  private void closeOptions() {
    writeOptions.close();
    familyOptions.close();
    options.close();
  }

  /** What a failure of RocksDB means for the worker: {@link StateLost} or {@link Stop}. */
  private RuntimeException failure(String partition, RocksDBException e) {
    if (damaged(e)) {
      refusing = true;
      return new StateLost(partition, "state in " + folder + " is damaged: " + why(e), e);
    }
    if (!lock.intact()) {
      return deleted(partition, e);
    }
    return unusable(folder, e);
  }

  private StateLost deleted(String partition, @Nullable RocksDBException e) {
    return new StateLost(partition, "state in " + folder + " was deleted underneath us", e);
  }

  private static boolean damaged(RocksDBException e) {
    Status status = e.getStatus();
    return status != null
        && (status.getCode() == Status.Code.Corruption
            || (status.getCode() == Status.Code.IOError
                && String.valueOf(status.getState()).contains("No such file")));
  }

  private static Stop unusable(Path folder, RocksDBException e) {
    return Stop.disk(
        "the state folder %s cannot be used: %s. Free space there, make it writable, or name"
            + " another one with --state.dir. Nothing is lost: saved state may lag behind Kafka.",
        folder, why(e));
  }

  private static String why(RocksDBException e) {
    Status status = e.getStatus();
    String message = String.valueOf(e.getMessage());
    return status == null ? message : status.getCodeString() + ": " + message;
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw Stop.disk("the damaged state in %s cannot be deleted: %s", folder, e);
    }
  }

  private static final class RocksBatch implements KeyedState.Batch {
    private final ColumnFamilyHandle family;
    private final WriteBatch writes = new WriteBatch();

    RocksBatch(ColumnFamilyHandle family) {
      this.family = family;
    }

    @Override
    public void put(byte[] key, byte[] value) {
      try {
        writes.put(family, key, value);
      } catch (RocksDBException e) {
        throw new IllegalStateException("a batch in memory refused an entry", e);
      }
    }

    @Override
    public void delete(byte[] key) {
      try {
        writes.delete(family, key);
      } catch (RocksDBException e) {
        throw new IllegalStateException("a batch in memory refused a deletion", e);
      }
    }

    @Override
    public void deleteRange(byte[] from, byte[] to) {
      try {
        writes.deleteRange(family, from, to);
      } catch (RocksDBException e) {
        throw new IllegalStateException("a batch in memory refused a range", e);
      }
    }
  }

  private final class Partition implements KeyedState {
    private final String name;

    Partition(String name) {
      this.name = name;
    }

    /** Looked up by name, because the database is opened again, or anew, after damage. */
    private ColumnFamilyHandle family() {
      ColumnFamilyHandle family = families.get(name);
      if (family == null) {
        throw new StateLost(name, "state of " + name + " in " + folder + " is gone", null);
      }
      return family;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
      try {
        return database.get(family(), key);
      } catch (RocksDBException e) {
        throw failure(name, e);
      }
    }

    @Override
    public boolean scan(byte[] from, byte[] to, Visitor visitor) {
      try (Slice end = new Slice(to);
          ReadOptions read = new ReadOptions().setIterateUpperBound(end).setFillCache(false);
          RocksIterator entry = database.newIterator(family(), read)) {
        for (entry.seek(from); entry.isValid(); entry.next()) {
          if (!visitor.visit(entry.key(), entry.value())) {
            return false;
          }
        }
        entry.status();
        return true;
      } catch (RocksDBException e) {
        throw failure(name, e);
      }
    }

    @Override
    public Batch batch() {
      return new RocksBatch(family());
    }

    @Override
    public void save(Batch batch) {
      try (WriteBatch writes = ((RocksBatch) batch).writes) {
        // RocksDB goes on writing to files that are deleted, and would notice late, or never.
        if (!lock.intact()) {
          throw deleted(name, null);
        }
        writes.put(MANIFEST, Manifest.in(folder).toBytes());
        database.write(writeOptions, writes);
      } catch (RocksDBException e) {
        throw failure(name, e);
      }
    }
  }
}
