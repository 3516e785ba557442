package dev.tally.cli;

import picocli.CommandLine.Option;

/** The consumer group, which names a job and its saved state. */
final class GroupOption {
  @Option(
      names = "--group.id",
      paramLabel = "ID",
      description =
          "Consumer group of the job: its instances share the partitions, and its committed offsets"
              + " say what has been answered. Default: ${DEFAULT-VALUE}.")
  private String id;

  /**
   * The flag with a job's own default.
   *
   * @param id the group unless another is given
   */
  GroupOption(String id) {
    this.id = id;
  }

  /**
   * The group's name.
   *
   * @throws dev.tally.Stop if it cannot be a group's and a folder's
   */
  String id() {
    Names.requireGroup(id);
    return id;
  }
}
