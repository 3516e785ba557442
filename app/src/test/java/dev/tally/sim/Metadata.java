package dev.tally.sim;

/** The parts of a committed offset's metadata, read without the engine's own code. */
record Metadata(String topicId, long replayFrom, String clock, String fingerprint) {
  static Metadata parse(String text) {
    String[] parts = text.split(";", -1);
    if (parts.length != 5 || !parts[0].equals("tally/1")) {
      throw Violation.of("metadata '%s'", text);
    }
    return new Metadata(parts[1], Long.parseLong(parts[2]), parts[3], parts[4]);
  }
}
