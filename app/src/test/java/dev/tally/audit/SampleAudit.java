package dev.tally.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.kafka.ClientSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the tests of every audit have in common: names, and dead letters as a job writes them. */
public final class SampleAudit {
  public static final AuditSettings SETTINGS =
      new AuditSettings(
          new ClientSettings("nowhere:9092", Map.of()),
          "data",
          "agg",
          "data-dead-letters",
          "group",
          new StartFrom.Earliest());

  private SampleAudit() {}

  /** The headers of a row's dead letter, some of them changed. */
  public static List<Header> headers(Message row, Map<String, String> changed) {
    Map<String, String> ours = new LinkedHashMap<>();
    ours.put("tally.error.reason", "unreadable");
    ours.put("tally.error.message", "because");
    ours.put("tally.error.topic", "data");
    ours.put("tally.error.partition", String.valueOf(row.partition));
    ours.put("tally.error.offset", String.valueOf(row.offset));
    ours.put("tally.error.timestamp", String.valueOf(row.timestampMillis));
    ours.putAll(changed);
    List<Header> headers = new ArrayList<>(row.headers);
    ours.forEach((name, value) -> headers.add(new Header(name, value.getBytes(UTF_8))));
    return headers;
  }
}
