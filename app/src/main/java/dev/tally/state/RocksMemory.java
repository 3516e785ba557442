package dev.tally.state;

import dev.tally.Causes;
import dev.tally.Stop;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all RocksDBs of one process share, which bounds it however many of them there
 * are.
 */
final class RocksMemory implements AutoCloseable {
  // Jobs keep their state on the heap, so RocksDB needs little beyond its indexes and filters.
  private static final long CACHE_BYTES = 64L << 20;
  // Write buffers of all slots together; they are accounted for in the cache.
  private static final long WRITE_BUFFERS_BYTES = 32L << 20;

  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /**
   * Loads RocksDB's native library, unless it is loaded.
   *
   * @throws Stop if its native library cannot be loaded
   */
  RocksMemory() {
    try {
      RocksDB.loadLibrary();
    } catch (RuntimeException | LinkageError e) {
      throw Stop.disk(
          "the native library of RocksDB cannot be loaded: %s. It is unpacked into"
              + " java.io.tmpdir=%s; name a folder that can be written to and allows execution,"
              + " with TALLY_OPTS=-Djava.io.tmpdir=FOLDER for all libraries or with"
              + " ROCKSDB_SHAREDLIB_DIR=FOLDER for this one.",
          Causes.of(e), System.getProperty("java.io.tmpdir"));
    }
    this.cache = new LRUCache(CACHE_BYTES);
    this.writeBuffers = new WriteBufferManager(WRITE_BUFFERS_BYTES, cache);
  }

  Cache blockCache() {
    return cache;
  }

  WriteBufferManager writeBuffers() {
    return writeBuffers;
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }
}
