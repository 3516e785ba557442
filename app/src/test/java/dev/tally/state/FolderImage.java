package dev.tally.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Everything in a folder, to compare with what is there later. */
public final class FolderImage {
  private FolderImage() {}

  /** For each path below the folder, a digest of its content and when it was written. */
  public static Map<String, String> of(Path folder) throws IOException {
    Map<String, String> image = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        String content = Files.isDirectory(path) ? "folder" : digest(Files.readAllBytes(path));
        image.put(
            folder.relativize(path).toString(), content + " " + Files.getLastModifiedTime(path));
      }
    }
    return image;
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
