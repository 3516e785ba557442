package dev.tally.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.Stop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32;

/** Where saved state lives unless `--state.dir` says otherwise, and the folder's default name. */
final class StateFolder {
  private StateFolder() {}

  /**
   * /var/lib/tally for root, otherwise a folder in the XDG state home.
   *
   * @throws Stop if this user has no home
   */
  static Path byDefault() {
    return byDefault(
        System.getProperty("user.name", ""), System.getProperty("user.home", ""), System.getenv());
  }

  static Path byDefault(String user, String userHome, Map<String, String> environment) {
    if (user.equals("root")) {
      return Path.of("/var/lib/tally");
    }
    String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
    // The XDG specification demands that a relative path is ignored.
    if (xdg.startsWith("/")) {
      return path("XDG_STATE_HOME", xdg).resolve("tally");
    }
    // For a user without an entry in passwd, Java says "?" and does not look at HOME.
    String home = userHome.startsWith("/") ? userHome : environment.getOrDefault("HOME", "");
    if (!home.startsWith("/")) {
      throw Stop.usage(
          "there is no default for --state.dir: user '%s' has no home directory and HOME is '%s'."
              + " Give --state.dir.",
          user, home);
    }
    return path("the home directory", home).resolve(Path.of(".local", "state", "tally"));
  }

  private static Path path(String origin, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw Stop.usage(
          "%s is '%s', which cannot be a path in the character set of this locale: %s. Set LC_ALL"
              + " to a UTF-8 locale, or give --state.dir.",
          origin, text, e.getReason());
    }
  }

  /** Host name and a hash of the folder's real path: always the same for one folder. */
  static String instanceId(Path folder) {
    Path real = realPath(folder);
    CRC32 hash = new CRC32();
    hash.update(real.toString().getBytes(UTF_8));
    return hostName() + "-" + HexFormat.of().toHexDigits((int) hash.getValue());
  }

  /** Resolves symbolic links in the part of the path that exists already. */
  private static Path realPath(Path path) {
    Path parent = path.getParent();
    try {
      if (Files.exists(path) || parent == null) {
        return path.toRealPath();
      }
      return realPath(parent).resolve(path.getFileName());
    } catch (IOException e) {
      return path; // a path that cannot be resolved is still a distinct name
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
