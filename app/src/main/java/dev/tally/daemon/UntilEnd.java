package dev.tally.daemon;

import dev.tally.engine.EngineConfig;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Connection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Tells whether the group has answered everything that was in the input at the start. */
final class UntilEnd {
  private final Admin admin;
  private final EngineConfig config;
  private final ClientSettings clients;
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  UntilEnd(Admin admin, EngineConfig config, ClientSettings clients) {
    this.admin = admin;
    this.config = config;
    this.clients = clients;
  }

  /** Notes the end of every partition as a reader of committed records sees it now. */
  void noteEnds(int partitions) {
    Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
    for (int i = 0; i < partitions; i++) {
      specs.put(new TopicPartition(config.inputTopic(), i), OffsetSpec.latest());
    }
    try {
      admin
          .listOffsets(specs, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, end.offset()));
    } catch (ExecutionException e) {
      throw Connection.failed(clients, "tell the end of the input", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether {@link #noteEnds} has been called. */
  boolean noted() {
    return !ends.isEmpty();
  }

  /** Whether the group's committed offsets have reached those ends; false if no broker answers. */
  boolean reached() throws InterruptedException {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(config.groupId()).partitionsToOffsetAndMetadata().get();
      return ends.entrySet().stream()
          .allMatch(
              end -> {
                OffsetAndMetadata offset = committed.get(end.getKey());
                return offset != null && offset.offset() >= end.getValue();
              });
    } catch (ExecutionException e) {
      return false; // the workers wait for brokers that are away
    }
  }
}
