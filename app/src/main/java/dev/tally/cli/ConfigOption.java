package dev.tally.cli;

import picocli.CommandLine.Option;

/** The flag of every command that reads a file of settings. */
final class ConfigOption {
  // Only here to be listed by --help: Arguments puts the file's content in its place.
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Properties file with the same names as the flags, for all commands alike: each takes"
              + " what it uses. Flags win.")
  @SuppressWarnings("UnusedVariable")
  private String config = "";
}
