package dev.tally.cli;

import picocli.CommandLine.Option;

/** The flag of every command that can read its settings from a file. */
final class ConfigOption {
  // Here only so that --help lists it: Arguments puts the file's content in its place.
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Properties file with the flags' names. One file serves all commands: each takes what it"
              + " uses. Flags on the command line win.")
  @SuppressWarnings("UnusedVariable")
  private String config = "";
}
