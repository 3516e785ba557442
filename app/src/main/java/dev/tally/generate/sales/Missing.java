package dev.tally.generate.sales;

/** How a value that the file lacks is written. */
public enum Missing {
  /** {@code "Customer ID":null}. */
  NULL,
  /** {@code "Customer ID":NaN}: no strict JSON, but what Python's producers send. */
  NAN,
  /** The member is left out. */
  OMIT
}
