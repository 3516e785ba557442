package dev.tally.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The folder with saved state. */
final class StateDirOption {
  @Option(
      names = "--state.dir",
      paramLabel = "DIR",
      description =
          "Folder for saved state, shared by the instances on a host. Default: /var/lib/tally for"
              + " root, otherwise $XDG_STATE_HOME/tally or ~/.local/state/tally.")
  private @Nullable Path given;

  /**
   * The folder that was given, or else this user's.
   *
   * @throws dev.tally.Stop if none was given and this user has none
   */
  Path folder() {
    return given == null ? StateFolder.byDefault() : given;
  }
}
