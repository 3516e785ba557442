package dev.tally;

import dev.tally.cli.CommandLineRoot;

/** Where the program starts. */
public final class Tally {
  private Tally() {}

  public static void main(String[] args) {
    System.exit(CommandLineRoot.run(args));
  }
}
