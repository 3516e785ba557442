package dev.tally.audit;

import org.jspecify.annotations.Nullable;

/** One header of a record. */
public final class Header {
  final String name;
  final byte @Nullable [] value;

  public Header(String name, byte @Nullable [] value) {
    this.name = name;
    this.value = value;
  }
}
