package dev.tally.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that answers every row of one topic on another one, as a process of its own.
 *
 * @param name in tables
 * @param jvmOptions of its JVM, heap and class path among them; no two contestants need to share a
 *     library
 * @param mainClass of its JVM
 * @param arguments that choose the variant
 */
record Contestant(String name, List<String> jvmOptions, String mainClass, Arguments arguments) {

  /** What a contestant is told. */
  record Assignment(
      String bootstrapServers, String input, String output, String group, Path state) {}

  /** How a contestant is told. */
  interface Arguments {
    List<String> of(Assignment assignment);
  }

  List<String> command(Assignment assignment) {
    List<String> command = new ArrayList<>(List.of(mainClass));
    command.addAll(arguments.of(assignment));
    return command;
  }

  /** The same with one more argument at the end. */
  Contestant with(String argument) {
    return new Contestant(
        name,
        jvmOptions,
        mainClass,
        assignment -> {
          List<String> more = new ArrayList<>(arguments.of(assignment));
          more.add(argument);
          return more;
        });
  }

  /** Whether its answers hold no sums. */
  boolean copies() {
    return mainClass.equals(Copy.class.getName());
  }
}
