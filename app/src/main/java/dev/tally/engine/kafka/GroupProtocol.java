package dev.tally.engine.kafka;

/** How the group shares partitions out: the classic protocol or that of KIP-848. */
public enum GroupProtocol {
  CLASSIC,
  CONSUMER
}
