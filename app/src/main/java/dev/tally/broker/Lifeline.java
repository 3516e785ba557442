package dev.tally.broker;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The main class of every child process: runs another main class and ends with the parent. The
 * parent holds the other end of our stdin and never writes to it, so the end of stdin means that
 * the parent is gone, also when kill -9 left it no time to end its children.
 */
public final class Lifeline {
  private static final int EXIT_ORPHANED = 1;

  private Lifeline() {}

  /** Arguments: the main class, then its own arguments. */
  public static void main(String[] args) throws Throwable {
    Thread watch = new Thread(Lifeline::haltWithParent, "lifeline");
    watch.setDaemon(true);
    watch.start();
    try {
      Class.forName(args[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private static void haltWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Input means nothing; only its end counts.
      }
    } catch (IOException e) {
      // This means the end just as well.
    }
    // Not in good order: the parent that could ask for it is gone, and so is what we work with.
    Runtime.getRuntime().halt(EXIT_ORPHANED);
  }
}
