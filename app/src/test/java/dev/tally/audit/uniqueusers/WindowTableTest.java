package dev.tally.audit.uniqueusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class WindowTableTest {
  @Test
  void everyWindowHasTheUsersAndFramesOfANaiveCount() {
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Sightings sightings = new Sightings();
      Map<Window, Set<String>> users = new HashMap<>();
      Map<Window, Long> frames = new HashMap<>();
      int count = random.nextInt(1, 20_000);
      long spread = 1L << random.nextInt(1, 36);
      for (int i = 0; i < count; i++) {
        FrameText frame =
            new FrameText("u" + random.nextInt(1 + count / 3), random.nextLong(spread));
        sightings.add(frame);
        for (WindowKind kind : WindowKind.values()) {
          Window window = Window.of(kind, frame.seconds());
          users.computeIfAbsent(window, w -> new HashSet<>()).add(frame.uid());
          frames.merge(window, 1L, Long::sum);
        }
      }
      Map<Window, Count> naive = new HashMap<>();
      users.forEach(
          (window, set) ->
              naive.put(
                  window,
                  new Count(frames.getOrDefault(window, 0L), 0, Users.exactly(set.size()))));
      assertEquals(naive, all(sightings), "seed " + seed);
    }
  }

  private static Map<Window, Count> all(Sightings sightings) {
    long[] hashes = sightings.hashes();
    WindowTable minutes = sightings.minutes();
    WindowTable hours = minutes.by(WindowKind.HOUR);
    WindowTable days = hours.by(WindowKind.DAY);
    Map<Window, Count> all = new HashMap<>(minutes.counts(hashes));
    all.putAll(hours.counts(hashes));
    all.putAll(days.counts(hashes));
    for (WindowKind kind : new WindowKind[] {WindowKind.WEEK, WindowKind.MONTH, WindowKind.YEAR}) {
      all.putAll(days.by(kind).counts(hashes));
    }
    return all;
  }

  @Test
  void upTo131072UsersAreCountedAndMoreAreEstimatedWhateverTheirOrder() {
    Sightings sightings = new Sightings();
    for (int i = 0; i < Users.EXACT_MAX; i++) {
      sightings.add(new FrameText("u" + i, 60));
    }
    Window window = Window.of(WindowKind.MINUTE, 60);
    assertEquals(Users.exactly(Users.EXACT_MAX), count(sightings, window).users());
    sightings.add(new FrameText("u0", 60));
    assertTrue(count(sightings, window).users().exact());
    sightings.add(new FrameText("u" + Users.EXACT_MAX, 60));
    Users estimated = count(sightings, window).users();
    assertFalse(estimated.exact());
    assertEquals(Users.EXACT_MAX, (double) estimated.users(), 0.01 * Users.EXACT_MAX);
    Sightings backwards = new Sightings();
    for (int i = Users.EXACT_MAX; i >= 0; i--) {
      backwards.add(new FrameText("u" + i, 60));
    }
    assertEquals(estimated, count(backwards, window).users());
  }

  private static Count count(Sightings sightings, Window window) {
    return sightings.minutes().counts(sightings.hashes()).getOrDefault(window, Count.NONE);
  }

  @Test
  void laterFramesAreCountedApart() {
    Sightings sightings = new Sightings();
    sightings.add(new FrameText("a", 60));
    sightings.addLater(new FrameText("b", 61));
    sightings.addLater(new FrameText("b", 7200));
    assertEquals(
        new Count(1, 1, Users.exactly(1)), count(sightings, Window.of(WindowKind.MINUTE, 60)));
    assertEquals(new Count(0, 1, Users.NONE), count(sightings, Window.of(WindowKind.MINUTE, 7200)));
  }

  @Test
  void aTableCanBeCutToSomeWindows() {
    Sightings sightings = new Sightings();
    sightings.add(new FrameText("a", 0));
    sightings.add(new FrameText("b", 3600));
    WindowTable hours = sightings.minutes().by(WindowKind.HOUR);
    assertEquals(
        Map.of(Window.of(WindowKind.DAY, 0), new Count(1, 0, Users.exactly(1))),
        hours.only(start -> start == 3600).by(WindowKind.DAY).counts(sightings.hashes()));
  }
}
