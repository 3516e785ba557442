package dev.tally.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * Where the demo is shown: on a terminal, a table redrawn in place; elsewhere, a line every two
 * seconds.
 */
final class Screen {
  private static final String CLEAR_TO_END_OF_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";
  private static final int PLAIN_EVERY = 2;

  private final PrintStream out;
  private final boolean terminal;
  private int linesDrawn;
  private int shown;

  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Standard output; asks the system whether it is a terminal, since Java 17 cannot tell. */
  static Screen of(PrintStream standardOutput) throws InterruptedException {
    boolean redrawable = !"dumb".equals(System.getenv("TERM")) && isTerminal();
    return new Screen(standardOutput, redrawable);
  }

  void show(View view) throws InterruptedException {
    shown++;
    if (!terminal) {
      if (shown % PLAIN_EVERY == 1) {
        out.println(view.line());
        out.flush();
      }
      return;
    }
    Terminal size = Terminal.ask();
    draw(view.lines(size.columns(), size.rows() - 1));
  }

  /** Draws over the lines that were drawn last. */
  void draw(List<String> lines) {
    StringBuilder text = new StringBuilder();
    if (linesDrawn > 0) {
      text.append("\033[").append(linesDrawn).append('F'); // up to the first column
    }
    lines.forEach(line -> text.append(line).append(CLEAR_TO_END_OF_LINE).append('\n'));
    text.append(CLEAR_BELOW);
    out.print(text);
    out.flush();
    linesDrawn = lines.size();
  }

  private static boolean isTerminal() throws InterruptedException {
    try {
      return new ProcessBuilder("/bin/sh", "-c", "test -t 1")
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
