package dev.tally.engine.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.junit.jupiter.api.Test;

final class MemberNameTest {
  /** Groups of before go on under their names. */
  @Test
  void aNameThatBrokersAcceptIsKept() {
    assertEquals(
        "tally-rolling-sum-vm-8fc05bba-0", MemberName.of("tally-rolling-sum", "vm-8fc05bba", 0));
    assertEquals("g".repeat(245) + "-i-0", MemberName.of("g".repeat(245), "i", 0));
  }

  @Test
  void everyGroupAndInstanceHasALegalNameOfItsOwn() {
    List<String> texts =
        List.of(
            "a",
            "a b",
            "a:b",
            "a_b",
            "a+b",
            "\u00fc",
            "\u00f6",
            ".",
            "g".repeat(246),
            "g".repeat(255),
            "\u00fc".repeat(127));
    Set<String> names = new HashSet<>();
    for (String group : texts) {
      for (String instance : texts) {
        for (int slot : new int[] {0, 1, 999, Integer.MAX_VALUE}) {
          String name = MemberName.of(group, instance, slot);
          JoinGroupRequest.validateGroupInstanceId(name); // as the broker does
          assertTrue(names.add(name), name);
          assertEquals(name, MemberName.of(group, instance, slot));
        }
      }
    }
  }

  @Test
  void aDerivedNameIsRecognisable() {
    String name = MemberName.of("team:job", "node:1", 3);
    assertTrue(name.matches("team_job-node_1-[0-9a-f]{16}-3"), name);
    assertNotEquals(MemberName.of("team_job", "node:1", 3), name);
  }
}
