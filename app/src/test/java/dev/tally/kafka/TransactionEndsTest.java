package dev.tally.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TransactionEndsTest {
  @Test
  void theTopicWithTheFewestReplicasIsNamed() {
    String risk =
        TransactionEnds.risk(Map.of("agg", 2, "letters", 1, "__consumer_offsets", 3)).orElseThrow();
    assertTrue(risk.contains("KAFKA-20734"), risk);
    assertTrue(risk.contains("'letters' has 1 replica:"), risk);
    risk = TransactionEnds.risk(Map.of("agg", 2)).orElseThrow();
    assertTrue(risk.contains("'agg' has 2 replicas:"), risk);
  }

  @Test
  void threeReplicasAreSafe() {
    assertEquals(Optional.empty(), TransactionEnds.risk(Map.of("agg", 3, "letters", 5)));
  }
}
