package dev.tally.audit.uniqueusers;

import dev.tally.audit.Findings;
import dev.tally.audit.Kind;
import dev.tally.audit.uniqueusers.Results.Last;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares the last result of every window with what was recounted. */
final class WindowComparison {
  /** How much longer than its grace a window may stay open, seen from the newest final minute. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  private final Results results;
  private final Gaps gaps;
  private final Findings findings;
  private final boolean resultsDeleted;

  /** A window that ended before this time must be final. */
  private final long finalBefore;

  private final Map<WindowKind, KindReport> reports = new EnumMap<>(WindowKind.class);
  private final Set<Window> seen = new HashSet<>();

  /**
   * A comparison with these results, all of which have been added.
   *
   * @param resultsDeleted whether some may not be there any more
   */
  WindowComparison(
      Rules rules, Results results, Gaps gaps, boolean resultsDeleted, Findings findings) {
    this.results = results;
    this.gaps = gaps;
    this.resultsDeleted = resultsDeleted;
    this.findings = findings;
    long newest = results.newestClosedEnd();
    this.finalBefore =
        newest == Long.MIN_VALUE ? newest : newest - rules.grace().plus(PATIENCE).toSeconds();
    for (WindowKind kind : WindowKind.values()) {
      reports.put(kind, new KindReport());
    }
  }

  /** Compares all windows of all kinds. */
  Map<WindowKind, KindReport> compare(Sightings sightings) {
    long[] hashes = sightings.hashes();
    WindowTable minutes = sightings.minutes();
    compareShort(minutes.counts(hashes));
    WindowTable hours = minutes.by(WindowKind.HOUR);
    compareShort(hours.counts(hashes));
    WindowTable days = hours.by(WindowKind.DAY);
    WindowTable closedHours = hours.only(start -> closed(WindowKind.HOUR, start));
    compareLong(days.counts(hashes), closedHours.by(WindowKind.DAY).counts(hashes));
    WindowTable closedDays = days.only(start -> closed(WindowKind.DAY, start));
    for (WindowKind kind : new WindowKind[] {WindowKind.WEEK, WindowKind.MONTH, WindowKind.YEAR}) {
      compareLong(days.by(kind).counts(hashes), closedDays.by(kind).counts(hashes));
    }
    withoutFrames();
    return reports;
  }

  private boolean closed(WindowKind kind, long start) {
    return results.closedEarly(new Window(kind, start));
  }

  /** Minutes and hours: a result of an open one says no more than how far it has come. */
  private void compareShort(Map<Window, Count> counts) {
    counts.forEach(
        (window, count) -> {
          seen.add(window);
          Last last = results.last(window);
          if (last == null) {
            missing(window, count);
          } else if (last.text().closed()) {
            judge(window, last, count, framesMax(window, count));
          } else {
            open(window, last, count);
          }
        });
  }

  /** Longer windows: before they are final, they hold at least what their closed parts come to. */
  private void compareLong(Map<Window, Count> counts, Map<Window, Count> closed) {
    counts.forEach(
        (window, count) -> {
          seen.add(window);
          Last last = results.last(window);
          Count ofClosed = closed.getOrDefault(window, Count.NONE);
          if (last == null) {
            missingLong(window, ofClosed, count);
          } else if (last.text().closed()) {
            judge(window, last, count, framesMax(window, count));
          } else {
            standing(window, last, ofClosed, count);
          }
        });
  }

  /** Where an open window stands: with its closed parts, and perhaps more of what it will hold. */
  private void standing(Window window, Last last, Count ofClosed, Count count) {
    long frames = last.text().frames();
    KindReport report = report(window);
    if (requireOpen(window, last)) {
      if (frames == ofClosed.frames() && last.text().users().equals(ofClosed.users())) {
        report.right++;
      } else if (frames > ofClosed.frames() && frames <= framesMax(window, count)) {
        report.open++;
      } else {
        judge(window, last, ofClosed, framesMax(window, count));
      }
    }
  }

  private long framesMax(Window window, Count count) {
    return gaps.mayBeIn(window) ? Long.MAX_VALUE : count.frames() + count.later();
  }

  /**
   * Compares a result with what it must be.
   *
   * @param due what it must be, if it has not got further frames since
   * @param framesMax how many frames it may have then
   */
  private void judge(Window window, Last last, Count due, long framesMax) {
    ResultText text = last.text();
    KindReport report = report(window);
    if (text.frames() == due.frames() && text.users().equals(due.users())) {
      report.right++;
      report.estimated += text.users().exact() ? 0 : 1;
    } else if (text.frames() > due.frames()
        && text.frames() <= framesMax
        && due.users().within(text.users())) {
      if (gaps.mayBeIn(window)) {
        report.unchecked++;
        findings.unchecked();
      } else {
        report.moving++;
      }
    } else {
      wrong(window, last, due);
    }
  }

  private void wrong(Window window, Last last, Count due) {
    findings.disagreement(
        Kind.WRONG,
        "%s: %s: says %s in %d frames, must say %s in %d",
        results.at(last),
        window,
        words(last.text().users()),
        last.text().frames(),
        words(due.users()),
        due.frames());
  }

  private static String words(Users users) {
    return (users.exact() ? "%d users" : "about %d users").formatted(users.users());
  }

  private void open(Window window, Last last, Count count) {
    if (requireOpen(window, last)) {
      if (last.text().frames() > framesMax(window, count)
          || (last.text().frames() <= count.frames()
              && !gaps.mayBeIn(window)
              && !last.text().users().within(count.users()))) {
        wrong(window, last, count);
      } else {
        report(window).open++;
      }
    }
  }

  /** Whether a window whose last result is not final may still be open; reports it if not. */
  private boolean requireOpen(Window window, Last last) {
    boolean mayBeOpen = window.end() >= finalBefore;
    if (!mayBeOpen) {
      findings.disagreement(
          Kind.MISSING,
          "%s: %s has no final result, though minutes after its end have",
          results.at(last),
          window);
    }
    return mayBeOpen;
  }

  private void missing(Window window, Count count) {
    if (window.end() >= finalBefore || count.frames() == 0) {
      report(window).open++;
    } else {
      withoutResult(window, count);
    }
  }

  private void missingLong(Window window, Count ofClosed, Count count) {
    if (ofClosed.frames() > 0) {
      withoutResult(window, ofClosed);
    } else {
      missing(window, count);
    }
  }

  private void withoutResult(Window window, Count due) {
    if (resultsDeleted) {
      report(window).unchecked++;
      findings.unchecked();
    } else {
      findings.disagreement(
          Kind.MISSING,
          "%s: has no result, must have %s in %d frames",
          window,
          words(due.users()),
          due.frames());
    }
  }

  /** What is left are results of windows without any frame. */
  private void withoutFrames() {
    for (Window window : results.windows()) {
      @Nullable Last last = results.last(window);
      if (last == null || seen.contains(window)) {
        continue;
      }
      if (gaps.mayBeIn(window)) {
        report(window).unchecked++;
        findings.unchecked();
      } else {
        findings.disagreement(
            Kind.EXTRA,
            "%s: %s has no frame, but %s in %d frames",
            results.at(last),
            window,
            words(last.text().users()),
            last.text().frames());
      }
    }
  }

  private KindReport report(Window window) {
    KindReport report = reports.get(window.kind());
    if (report == null) {
      throw new IllegalStateException("no report of " + window.kind());
    }
    return report;
  }
}
