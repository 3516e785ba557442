package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.Stop;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class StateCommandTest {
  @Test
  void aNegativeNumberOfWindowsIsAWrongFlag() {
    StateCommand command = new StateCommand();
    new CommandLine(command).parseArgs("--windows=-1");
    Stop stop = assertThrows(Stop.class, command::call);
    assertEquals(Stop.Reason.USAGE, stop.reason());
    assertEquals("--windows -1: give 0 or more.", stop.getMessage());
  }
}
