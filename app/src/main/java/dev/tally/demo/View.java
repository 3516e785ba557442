package dev.tally.demo;

import java.util.List;

/** What the demo shows at a moment: what every job has, and how the rest is laid out. */
interface View {
  Flow flow();

  /** Lines that fit into this many columns and rows. */
  List<String> lines(int columns, int rows);

  /** The same in one line, for where nothing can be redrawn. */
  String line();
}
