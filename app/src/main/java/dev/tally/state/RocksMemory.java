package dev.tally.state;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * What all RocksDBs of one process share, so that their memory is bounded however many there are.
 */
final class RocksMemory implements AutoCloseable {
  // Windows are cached on the heap; RocksDB needs little beyond its indexes and filters.
  private static final long CACHE_BYTES = 64L << 20;
  // Part of the cache: unsaved buffers of all slots together.
  private static final long WRITE_BUFFERS_BYTES = 32L << 20;

  static {
    RocksDB.loadLibrary();
  }

  private final Cache cache = new LRUCache(CACHE_BYTES);
  private final WriteBufferManager writeBuffers =
      new WriteBufferManager(WRITE_BUFFERS_BYTES, cache);

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
