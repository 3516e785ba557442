package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.job.DeadLetterReason;
import dev.tally.job.Output;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a shard tells while it is live, in order: answers as key and value, dead letters. */
final class Told implements Output {
  private final List<String> answers = new ArrayList<>();
  private final List<String> deadLetters = new ArrayList<>();

  @Override
  public boolean live() {
    return true;
  }

  @Override
  public void answer(int topic, byte @Nullable [] key, byte[] value) {
    answers.add((key == null ? "" : new String(key, UTF_8) + " ") + new String(value, UTF_8));
  }

  @Override
  public void deadLetter(DeadLetterReason reason, String message) {
    deadLetters.add(reason.text() + ": " + message);
  }

  List<String> answers() {
    return answers;
  }

  List<String> deadLetters() {
    return deadLetters;
  }
}
