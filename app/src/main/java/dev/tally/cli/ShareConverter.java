package dev.tally.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a share such as 0.001; whoever takes it says that it is at most 1. */
final class ShareConverter implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    if (!text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
      throw new TypeConversionException("'" + text + "' is not a share; write 0 to 1, as 0.001");
    }
    return Double.valueOf(text);
  }
}
