package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tally.job.DeadLetterReason;
import dev.tally.job.Output;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a shard emits: `key: value` for an answer, the reason for a dead letter. */
final class CollectedOutput implements Output {
  private final List<String> emitted = new ArrayList<>();
  private boolean live = true;
  private String lastMessage = "";

  CollectedOutput live(boolean live) {
    this.live = live;
    return this;
  }

  /** Everything emitted since the last call. */
  List<String> taken() {
    List<String> taken = List.copyOf(emitted);
    emitted.clear();
    return taken;
  }

  /** The message of the last dead letter. */
  String lastMessage() {
    return lastMessage;
  }

  @Override
  public boolean live() {
    return live;
  }

  @Override
  public void answer(int topic, byte @Nullable [] key, byte[] value) {
    emitted.add(new String(requireNonNull(key), UTF_8) + ": " + new String(value, UTF_8));
  }

  @Override
  public void deadLetter(DeadLetterReason reason, String message) {
    emitted.add(reason.text());
    lastMessage = message;
  }
}
