package dev.tally.load;

import dev.tally.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The files of customers that a user has named, and those of the folders among them, in the order
 * in which their rows count. In a folder these are the files whose names end with .csv or .csv.gz
 * and do not begin with a dot, in the order of their names.
 */
public final class CustomerFiles {
  /** What tells that a file has changed. */
  private record Stamp(long bytes, FileTime modified) {}

  /** The files at one moment, and what tells whether they are still the same at another. */
  record Listing(Map<Path, Stamp> stamps) {
    List<Path> files() {
      return List.copyOf(stamps.keySet());
    }
  }

  private final List<Path> named;

  /** Looks at nothing yet. */
  public CustomerFiles(List<Path> named) {
    this.named = List.copyOf(named);
  }

  /**
   * The files that are there now.
   *
   * @throws Stop if a file or folder that was named is not there, or there is no file at all
   */
  public List<Path> list() {
    Listing listing = listing();
    if (listing.stamps().isEmpty()) {
      throw Stop.usage("there is no file *.csv or *.csv.gz in %s.", named());
    }
    return listing.files();
  }

  /** What was named, for a message. */
  String named() {
    return String.join(", ", named.stream().map(Path::toString).toList());
  }

  /**
   * The same, which may be none, with sizes and times.
   *
   * @throws Stop if a file or folder that was named is not there
   */
  Listing listing() {
    Map<Path, Stamp> stamps = new LinkedHashMap<>();
    for (Path path : named) {
      try {
        for (Path file : Files.isDirectory(path) ? filesIn(path) : List.of(path)) {
          BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
          stamps.put(file, new Stamp(found.size(), found.lastModifiedTime()));
        }
      } catch (NoSuchFileException e) {
        throw Stop.usage("%s does not exist.", e.getFile());
      } catch (IOException e) {
        throw Stop.usage("%s cannot be read: %s.", path, InputFile.words(e));
      }
    }
    return new Listing(stamps);
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(CustomerFiles::isOne).forEach(files::add);
    }
    files.sort(Comparator.comparing(file -> file.getFileName().toString()));
    return files;
  }

  private static boolean isOne(Path file) {
    String name = String.valueOf(file.getFileName());
    return (name.endsWith(".csv") || name.endsWith(".csv.gz"))
        && !name.startsWith(".")
        && Files.isRegularFile(file);
  }
}
