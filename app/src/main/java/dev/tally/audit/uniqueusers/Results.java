package dev.tally.audit.uniqueusers;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.Findings;
import dev.tally.audit.Kind;
import dev.tally.audit.Message;
import dev.tally.audit.Scope.Range;
import dev.tally.audit.Unusable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The results in the output topic: the last of each window, and whether those before it led there.
 */
final class Results {
  /**
   * The last result of a window.
   *
   * @param closedEarly whether a final one was there before the hours were taken for read
   */
  record Last(int partition, long offset, ResultText text, boolean closedEarly) {}

  private final AuditSettings settings;
  private final List<Range> early;
  private final Findings findings;
  private final Map<Window, Last> byWindow = new HashMap<>();
  private long newestClosedEnd = Long.MIN_VALUE;

  /**
   * No results yet.
   *
   * @param early the results from which what the last stage had read follows, by partition
   */
  Results(AuditSettings settings, List<Range> early, Findings findings) {
    this.settings = settings;
    this.early = early;
    this.findings = findings;
  }

  /** Takes a record of the output topic; each partition in offset order. */
  void add(Message message) {
    ResultText text;
    try {
      text = ResultText.parse(message);
    } catch (Unusable e) {
      findings.disagreement(
          Kind.WRONG,
          "%s: %s",
          settings.answerAt(message.partition, message.offset),
          e.getMessage());
      return;
    }
    boolean isEarly =
        message.partition < early.size() && message.offset < early.get(message.partition).end();
    Last before = byWindow.get(text.window());
    if (before != null) {
      checkOrder(before, message, text);
    }
    boolean closedEarly =
        (text.closed() && isEarly) || (before != null && before.closedEarly && text.closed());
    byWindow.put(text.window(), new Last(message.partition, message.offset, text, closedEarly));
    if (closedEarly && text.window().kind() == WindowKind.MINUTE) {
      newestClosedEnd = Math.max(newestClosedEnd, text.window().end());
    }
  }

  private void checkOrder(Last before, Message message, ResultText text) {
    String at = settings.answerAt(message.partition, message.offset);
    String other = settings.answerAt(before.partition, before.offset);
    if (before.partition != message.partition) {
      findings.disagreement(
          Kind.WRONG, "%s: an earlier result of %s is elsewhere, %s", at, text.window(), other);
    } else if (text.frames() < before.text.frames()) {
      findings.disagreement(
          Kind.WRONG,
          "%s: frames of %s fall from %d to %d; before it, %s",
          at,
          text.window(),
          before.text.frames(),
          text.frames(),
          other);
    } else if (before.text.closed() && !text.closed()) {
      findings.disagreement(
          Kind.WRONG,
          "%s: %s was final, and is not any more; before, %s",
          at,
          text.window(),
          other);
    } else if (text.frames() == before.text.frames()
        // An open window may be told once more as it was, after a restart for example.
        && ((text.closed() && before.text.closed()) || !text.users().equals(before.text.users()))) {
      findings.disagreement(
          Kind.DUPLICATE,
          "%s: another result of %s with %d frames, after %s",
          at,
          text.window(),
          text.frames(),
          other);
    }
  }

  /** The last result of a window; null if there is none. */
  @Nullable Last last(Window window) {
    return byWindow.get(window);
  }

  /** All windows that have results. */
  Iterable<Window> windows() {
    return byWindow.keySet().stream()
        .sorted(Comparator.comparing(Window::kind).thenComparingLong(Window::start))
        .toList();
  }

  /** Whether a window had its final result early enough for what longer windows must say. */
  boolean closedEarly(Window window) {
    Last last = byWindow.get(window);
    return last != null && last.closedEarly;
  }

  /** Whether a window may have got its final result while the topics were read. */
  boolean closedLate(Window window) {
    Last last = byWindow.get(window);
    return last != null && last.text.closed() && !last.closedEarly;
  }

  /** The end of the newest minute that is final. */
  long newestClosedEnd() {
    return newestClosedEnd;
  }

  /** Names a result in a message. */
  String at(Last last) {
    return settings.answerAt(last.partition, last.offset);
  }
}
