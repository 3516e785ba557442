package dev.tally.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** Where saved state lives unless `--state.dir` says otherwise, and the name that goes with it. */
final class StateFolder {
  private StateFolder() {}

  /** /var/lib/tally for root, else below the XDG state home. */
  static Path byDefault() {
    if (System.getProperty("user.name", "").equals("root")) {
      return Path.of("/var/lib/tally");
    }
    String xdg = System.getenv("XDG_STATE_HOME");
    // The XDG specification: a relative path is to be ignored.
    Path home =
        xdg != null && Path.of(xdg).isAbsolute()
            ? Path.of(xdg)
            : Path.of(System.getProperty("user.home", "."), ".local", "state");
    return home.resolve("tally");
  }

  /** Host name and a hash of the folder's real path: the same whenever the same folder is used. */
  static String instanceId(Path folder) {
    Path real = realPath(folder);
    CRC32 hash = new CRC32();
    hash.update(real.toString().getBytes(UTF_8));
    return hostName() + "-" + HexFormat.of().toHexDigits((int) hash.getValue());
  }

  /** Symbolic links resolved as far as the path exists yet. */
  private static Path realPath(Path path) {
    Path parent = path.getParent();
    try {
      if (Files.exists(path) || parent == null) {
        return path.toRealPath();
      }
      return realPath(parent).resolve(path.getFileName());
    } catch (IOException e) {
      return path; // a path that cannot be resolved is still a name of its own
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
