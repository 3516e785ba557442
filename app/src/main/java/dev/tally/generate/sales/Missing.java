package dev.tally.generate.sales;

/** How a value that the file lacks is written. */
public enum Missing {
  /** {@code "Customer ID":null}. */
  NULL,
  /** {@code "Customer ID":NaN}: not strict JSON, but what producers in Python send. */
  NAN,
  /** The member is left out. */
  OMIT
}
