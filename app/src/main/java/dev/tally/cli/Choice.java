package dev.tally.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of an enum's value as flags spell it: {@code DEAD_LETTER} is `dead-letter`. */
final class Choice<E extends Enum<E>> implements ITypeConverter<E> {
  private final Class<E> type;

  Choice(Class<E> type) {
    this.type = type;
  }

  @Override
  public E convert(String text) {
    for (E value : type.getEnumConstants()) {
      if (spelled(value).equals(text)) {
        return value;
      }
    }
    String accepted =
        Arrays.stream(type.getEnumConstants())
            .map(Choice::spelled)
            .collect(Collectors.joining(", "));
    throw new TypeConversionException("'" + text + "' is none of: " + accepted);
  }

  static String spelled(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
