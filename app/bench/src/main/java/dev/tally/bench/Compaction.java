package dev.tally.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ConfigOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.OptionsUtil;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Brings RocksDBs to the size that they have at rest, without what was overwritten or deleted. How
 * far one has come with that by itself when it is closed is chance.
 */
final class Compaction {
  /** The file that every RocksDB has and nothing else here. */
  private static final String CURRENT = "CURRENT";

  private Compaction() {}

  /** Of every RocksDB in a folder, of any program; none may be open. */
  static void of(Path folder) throws IOException, RocksDBException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> databases;
    try (Stream<Path> walked = Files.walk(folder)) {
      databases =
          walked
              .filter(file -> file.endsWith(CURRENT))
              .map(file -> file.resolveSibling(""))
              .toList();
    }
    RocksDB.loadLibrary();
    for (Path database : databases) {
      compact(database.toString());
    }
  }

  private static void compact(String path) throws RocksDBException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (ConfigOptions how = new ConfigOptions();
        DBOptions options = new DBOptions()) {
      OptionsUtil.loadLatestOptions(how, path, options, families); // its own, compression above all
      try (RocksDB database = RocksDB.open(options, path, families, handles)) {
        for (ColumnFamilyHandle handle : handles) {
          database.compactRange(handle);
        }
        handles.forEach(ColumnFamilyHandle::close);
      }
    }
  }
}
