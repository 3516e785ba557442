package dev.tally.sim;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.tally.sim.Mutant.Patch;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Breaks the program on purpose, each time in one way, and sees the simulation notice. That takes
 * minutes, so it has to be asked for, with {@code true} or with a part of a mutant's name:
 *
 * <pre>
 *   mvn -pl app test -Dtest=MutantsTest -Dtally.sim.mutants=true
 *   mvn -pl app test -Dtest=MutantsTest -Dtally.sim.mutants='a replay emits'
 * </pre>
 *
 * <p>What is always checked is that every mutant still finds the text that it replaces.
 */
@ExtendWith(MutedLog.class)
final class MutantsTest {
  private static final long SEEDS_MAX = Long.getLong("tally.sim.seeds", 20_000);
  private static final String NAMES = System.getProperty("tally.sim.mutants", "true");
  private static final PrintStream OUT = System.out;

  private static Mutant mutant(String name, String file, String text, String replacement) {
    return new Mutant(name, List.of(new Patch(file, text, replacement)), null);
  }

  private static Mutant mutantFor(
      String test, String name, String file, String text, String replacement) {
    return new Mutant(name, List.of(new Patch(file, text, replacement)), "dev.tally." + test);
  }

  private static Stream<Mutant> all() {
    return Stream.of(
            ofCommitAndSave(),
            ofTheBeginning(),
            ofTheReplay(),
            ofTheMemory(),
            ofTheRemedies(),
            ofTheJob(),
            ofSavedWindows(),
            ofStages(),
            ofUniqueUsers(),
            ofTheStageMinutes(),
            ofTheStageParts(),
            ofTheCalendarAndSilence(),
            ofTables(),
            ofTopIndustries(),
            ofWhatHistoriesDoNotShow())
        .flatMap(mutants -> mutants);
  }

  static Stream<Mutant> chosen() {
    return all().filter(mutant -> NAMES.equals("true") || mutant.name().contains(NAMES));
  }

  private static Stream<Mutant> ofCommitAndSave() {
    return Stream.of(
        new Mutant(
            "state is saved before Kafka commits",
            List.of(
                new Patch(
                    "engine/Engine.java",
                    "    tellWithoutRecords();\n    commit();\n",
                    "    tellWithoutRecords();\n    assignment.saveWhatIsDue();\n    commit();\n"),
                new Patch("engine/Task.java", "if (position > answeredTo) {", "if (false) {")),
            null),
        mutant(
            "state ahead of Kafka is not noticed",
            "engine/StartPoint.java",
            "ofThisTopic && saved.offset() > answeredTo",
            "false"),
        mutant(
            "state from the middle of a replay is used too early",
            "engine/StartPoint.java",
            "            && saved.exactFrom() <= answeredTo\n",
            ""),
        mutant(
            "state older than the replay offset is used",
            "engine/StartPoint.java",
            "            && saved.offset() >= checkpoint.replayFrom()",
            ""),
        mutant(
            "a replay begins with the clock it is to end with",
            "engine/Task.java",
            "saved == null ? Shard.NO_CLOCK : saved.clockNanos();",
            "saved != null ? saved.clockNanos()"
                + " : start.clockAtAnswered() == Checkpoint.UNKNOWN_CLOCK"
                + " ? Shard.NO_CLOCK : start.clockAtAnswered();"),
        mutant(
            "the replay offset is not compared with what is retained",
            "engine/StartPoint.java",
            "if (from >= logStart) {",
            "if (true) {"),
        mutant(
            "windows that reach back beyond the log are not noticed",
            "engine/Task.java",
            "if (reachesBack && !rules.continueOnMissingHistory()) {",
            "if (false) {"),
        mutant(
            "state of other settings is used",
            "engine/StartPoint.java",
            "            && saved.fingerprint().equals(checkpoint.fingerprint())\n",
            ""));
  }

  private static Stream<Mutant> ofTheBeginning() {
    return Stream.of(
        mutant(
            "the replay offset of other settings is used",
            "engine/StartPoint.java",
            "if (!checkpoint.fingerprint().equals(rules.fingerprint())) {",
            "if (false) {"),
        mutant(
            "state of another topic is used",
            "engine/StartPoint.java",
            "boolean ofThisTopic = saved != null && saved.topicId().equals(info.topicId());",
            "boolean ofThisTopic = saved != null;"),
        mutant(
            "offsets of another topic are used",
            "engine/StartPoint.java",
            "if (!checkpoint.topicId().equals(info.topicId())) {",
            "if (false) {"),
        mutant(
            "a log that was rewritten is not noticed",
            "engine/Task.java",
            "      requireSameLog(record);\n",
            ""),
        mutant(
            "lost partitions are saved",
            "engine/Assignment.java",
            "    partitions.forEach(tasks::remove);\n",
            """
                for (TopicPartition partition : partitions) {
                  Task task = tasks.remove(partition);
                  if (task != null) saveOrDiscard(task);
                }
            """),
        mutant(
            "a replay emits",
            "engine/Task.java",
            "record.timestamp(), SILENCE);",
            "record.timestamp(), output);"),
        mutant(
            "unstable offsets are taken for none",
            "engine/Assignment.java",
            "    for (TopicPartition partition : sorted(found.keySet())) {\n",
            "    for (TopicPartition partition : sorted(Set.copyOf(pending))) {\n"
                + "      found.computeIfAbsent(partition, ignored -> new PartitionInfo("
                + "new org.apache.kafka.common.Uuid(1, 1), topics.inputPartitions(),"
                + " 0, Long.MAX_VALUE, 0, null));\n"),
        mutant(
            "one offset too many is committed",
            "engine/Task.java",
            "long offset = Math.max(position, answeredTo);",
            "long offset = Math.max(position, answeredTo) + 1;"));
  }

  private static Stream<Mutant> ofTheReplay() {
    return Stream.of(
        mutant(
            "markers after the last record are not committed",
            "engine/Task.java",
            "  void advanceTo(OffsetAndMetadata next) {\n    position = next.offset();\n",
            "  void advanceTo(OffsetAndMetadata next) {\n"),
        mutant(
            "the replay offset is one slice too high",
            "engine/Horizon.java",
            "entries.getFirst().slice() < slice",
            "entries.getFirst().slice() <= slice"),
        mutant(
            "partitions are read before it is decided where",
            "engine/Assignment.java",
            "    session.pause(partitions);\n    pending.addAll(partitions);",
            "    pending.addAll(partitions);"),
        mutant(
            "memory goes on after an aborted transaction",
            "engine/Assignment.java",
            "    Set<TopicPartition> begun = Set.copyOf(tasks.keySet());\n    tasks.clear();",
            "    Set<TopicPartition> begun = Set.of();"),
        mutant(
            "state is saved although nothing was ever committed",
            "engine/Task.java",
            "(position == savedTo && !rowsUnsaved) || !everCommitted",
            "position == savedTo && !rowsUnsaved"),
        mutant(
            "state that cannot be discarded ends the worker",
            "engine/Worker.java",
            "catch (StateLost again)",
            "catch (Rewind again)"),
        mutant(
            "a commit in the middle of a poll has an older leader epoch",
            "engine/Engine.java",
            "        task.applied(record);\n",
            ""),
        mutant(
            "what could not be committed is tried again as a whole",
            "engine/Engine.java",
            "    size.again();\n",
            ""),
        mutant(
            "the rest of a poll that took too long is not read again",
            "engine/Engine.java",
            "        session.seek(partition, task.next());\n",
            ""),
        mutant(
            "a commit in the step that failed is not counted as progress",
            "engine/Worker.java",
            "    } finally {\n      // A step can",
            "      noteProgress(engine, beganNanos);\n    } finally {\n      beganNanos = 0;\n"
                + "      if (beganNanos != 0)\n      // A step can"));
  }

  private static Stream<Mutant> ofTheMemory() {
    return Stream.of(
        mutant(
            "slices of the horizon are kept until a commit",
            "engine/Task.java",
            "      horizon.forgetBefore(shard.horizonNanos());\n",
            ""),
        mutant(
            "each partition may hold as much as all may together",
            "engine/Engine.java",
            "boolean tooLarge = assignment.memoryBytes() > config.stateMemoryBytesMax();",
            "boolean tooLarge = assignment.tasks().stream().anyMatch("
                + "task -> task.shard().memoryBytes() > config.stateMemoryBytesMax());"),
        mutant(
            "partitions make no room for others that come",
            "engine/Assignment.java",
            "    trim(shareBytes, shareBytes);\n",
            ""),
        mutant(
            "the memory of partitions with few records is not bounded",
            "engine/Engine.java",
            "boolean last = i == records.size() - 1;",
            "boolean last = false;"));
  }

  private static Stream<Mutant> ofTheRemedies() {
    return Stream.of(
        mutant(
            "what is rewound is not aborted",
            "engine/Engine.java",
            "      session.abort();\n      outlet.aborted();\n",
            "      outlet.aborted();\n"),
        mutant(
            "tries with the same records are not counted",
            "engine/RetryBudget.java",
            "if (rewinds == REWINDS_MAX || count == TRIES_MAX) {",
            "if (false) {"),
        mutant(
            "two places fence each other for ever",
            "engine/Worker.java",
            "if (held != null && held.intact()) {",
            "if (false) {"),
        mutant(
            "records that must stop become dead letters",
            "engine/Outlet.java",
            "if (fatal.contains(reason)) {",
            "if (false) {"),
        mutant(
            "partitions that are added are not noticed",
            "engine/TopicLayout.java",
            "if (partitions != inputPartitions) {",
            "if (false) {"),
        mutant(
            "the end of a gap is saved before it is committed",
            "engine/Task.java",
            "committed != null && committed.offset() == start.answeredTo();",
            "committed != null;"),
        mutant(
            "offsets after the end of the log are not noticed",
            "engine/StartPoint.java",
            "if (answeredTo > info.logEnd()) {",
            "if (false) {"),
        mutant(
            "changed settings are accepted unasked",
            "engine/CommittedSettings.java",
            "if (!accepted && ",
            "if (false && "),
        mutant(
            "a group that was forgotten begins anew unasked",
            "engine/StartPoint.java",
            "if (saved != null && !rules.startFromGiven()) {",
            "if (false) {"));
  }

  private static Stream<Mutant> ofTheJob() {
    return Stream.of(
        mutant(
            "the window's lower bound is left out",
            "jobs/rollingsum/Windows.java",
            "table.shrinkSum(window, epoch - windowNanos, newSum);",
            "table.shrinkSum(window, epoch - windowNanos + 1, newSum);"),
        mutant(
            "later rows count in the answer of a displaced one",
            "jobs/rollingsum/Windows.java",
            "        answer.subtract(table.micros(window, at), table.wide(window, at));\n",
            ""),
        mutant(
            "a displaced row is put at the end",
            "jobs/rollingsum/Windows.java",
            "table.insert(window, at, epoch,",
            "table.insert(window, table.rows(window), epoch,"),
        mutant(
            "miskeyed rows that were accepted are left out of a replay",
            "jobs/rollingsum/RollingSumShard.java",
            "(skipsMiskeyed || output.live()) && ",
            ""),
        mutant(
            "a row at the end of the grace is late",
            "jobs/rollingsum/RollingSumShard.java",
            "epoch < clockNanos - graceNanos",
            "epoch <= clockNanos - graceNanos"),
        mutant(
            "rows of the future move the clock",
            "jobs/rollingsum/RollingSumShard.java",
            "      output.deadLetter(DeadLetterReason.FUTURE,",
            "      clockNanos = epoch;\n      output.deadLetter(DeadLetterReason.FUTURE,"),
        mutant(
            "without a limit record timestamps count all the same",
            "jobs/rollingsum/RollingSumShard.java",
            "return Sale.BEYOND_CLOCK - 1;",
            "return timestampMillis * NANOS_PER_MILLI;"),
        mutant(
            "without a limit the clock goes past its end",
            "jobs/rollingsum/RollingSumShard.java",
            "return Sale.BEYOND_CLOCK - 1;",
            "return Sale.BEYOND_CLOCK;"),
        mutant(
            "jobs with and without a limit share their state",
            "jobs/rollingsum/RollingSum.java",
            "futureMax.map(max -> max.toMillis() + \"ms\").orElse(\"off\")",
            "\"any\""));
  }

  private static Stream<Mutant> ofSavedWindows() {
    return Stream.of(
        mutant(
            "dropped windows are not read back",
            "jobs/rollingsum/Windows.java",
            "        droppedToNanos = Math.max(droppedToNanos, table.newestNanos(window));\n",
            ""),
        mutant(
            "what is filed stays in the journal",
            "jobs/rollingsum/Windows.java",
            "      SliceFormat.deleteJournal(slice, lastKey, batch);\n",
            ""),
        mutant(
            "the slice of the horizon expires with those before it",
            "jobs/rollingsum/Windows.java",
            "long expired = format.sliceOf(Math.max(0, horizonNanos));",
            "long expired = format.sliceOf(Math.max(0, horizonNanos)) + 1;"),
        mutant(
            "a displaced row is not saved",
            "jobs/rollingsum/Windows.java",
            "        journal.add(table, window, epoch, sale.micros(), sale.wide());\n",
            ""),
        mutant(
            "the row after a displaced one is saved twice",
            "jobs/rollingsum/Windows.java",
            "        table.setUnsaved(window, table.unsaved(window) + 1);\n",
            ""));
  }

  private static Stream<Mutant> ofStages() {
    return Stream.of(
        mutantFor(
            "engine.SilenceTest",
            "stages: a timeout alone is silence",
            "engine/Silence.java",
            " || task.position() != end",
            ""),
        mutantFor(
            "engine.SilenceTest",
            "stages: what a tick decides is not committed",
            "engine/Task.java",
            "    commitDue |= sent.getAsLong() != sentBefore || !shard.memo().equals(memo);\n",
            ""),
        mutantFor(
            "engine.SilenceTest",
            "stages: the memo is not handed back",
            "engine/Task.java",
            "shard.resume(source(), answeredTo, start.memo());",
            "shard.resume(source(), answeredTo, \"\");"),
        mutantFor(
            "engine.SilenceTest",
            "stages: a record does not end a silence",
            "engine/Silence.java",
            "    long silentNanos = askedNanos - heard;\n    if (silentNanos > 0) {",
            "    long silentNanos = askedNanos - heard;\n    if (true) {"));
  }

  private static Stream<Mutant> ofUniqueUsers() {
    return Stream.concat(ofPartsAndSources(), ofMerging());
  }

  private static Stream<Mutant> ofPartsAndSources() {
    return Stream.of(
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: the replay offset is short of the last times",
            "jobs/sources/SourceClock.java",
            "position : times.oldestOffset();",
            "position : position - 5;"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: a range is counted twice after a restart",
            "jobs/sources/SourceClock.java",
            "    from = position;\n    clock",
            "    from = 0;\n    clock"),
        mutantFor(
            "jobs.uniqueusers.PartsShardTest",
            "users: the clock comes with the first part of a range",
            "jobs/uniqueusers/PartsShard.java",
            "last ? range : range.withMoreToFollow()",
            "range"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: an idle source keeps its say",
            "jobs/sources/Sources.java",
            "      if (!known.idle) {\n        lowest",
            "      if (true) {\n        lowest"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: a source that was never heard of is not waited for",
            "jobs/sources/Sources.java",
            "!known.heard || ",
            "known.heard && "),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: late frames of a history count",
            "jobs/uniqueusers/PartsShard.java",
            "known && seconds < median - lateMaxSeconds",
            "known && seconds < median - 2 * lateMaxSeconds"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: a future frame is among the last times",
            "jobs/uniqueusers/PartsShard.java",
            "clock.isFuture(TimeUnit.SECONDS.toMillis(seconds), timestampMillis)) {",
            "clock.isFuture(TimeUnit.SECONDS.toMillis(seconds), timestampMillis)) {"
                + " clock.note(seconds, offset, timestampMillis);"));
  }

  private static Stream<Mutant> ofMerging() {
    return Stream.of(
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: a memo is not handed down",
            "jobs/uniqueusers/MinutesShard.java",
            "    if (!memo.isEmpty()) {",
            "    if (false) {"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: the replay offset follows what is closed",
            "jobs/uniqueusers/MinutesShard.java",
            ": TimeUnit.SECONDS.toNanos(newestMinute);",
            ": TimeUnit.SECONDS.toNanos(closedTo);"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: what is closed comes with the first of several hours",
            "jobs/uniqueusers/MinutesShard.java",
            "i == due.size() - 1 ? closedHour() : NOTHING_CLOSED",
            "closedHour()"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: an hour that has grown is not sent again",
            "jobs/uniqueusers/MinutesShard.java",
            "    hour.assumeUnsent();\n    memoryBytes",
            "    memoryBytes"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: an hour that is forgotten is not sent first",
            "jobs/uniqueusers/MinutesShard.java",
            "(hourCloses || correctedGo)",
            "hourCloses"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: frames of an hour are added twice",
            "jobs/uniqueusers/CalendarShard.java",
            "hour.frames() - before",
            "hour.frames()"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: a forgotten hour begins anew",
            "jobs/uniqueusers/MinutesShard.java",
            "if (part.hasMinutes() && part.hour() < keptFrom()) {",
            "if (false) {"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: a window that has grown is not saved again",
            "jobs/uniqueusers/Window.java",
            "    told = false;\n    saved = false;",
            "    told = false;"),
        mutantFor(
            "jobs.uniqueusers.UniqueUsersPropertyTest",
            "users: silence closes nothing",
            "jobs/uniqueusers/MinutesShard.java",
            "WindowKind.MINUTE.start(now - graceSeconds)",
            "closedTo"));
  }

  private static Mutant usersMutant(String name, String file, String text, String replacement) {
    return mutantFor("sim.UsersSimulation", "stages: " + name, file, text, replacement);
  }

  private static Stream<Mutant> ofTheStageMinutes() {
    return Stream.of(
        usersMutant(
            "a restart forgets what silence has decided",
            "jobs/uniqueusers/MinutesShard.java",
            "    if (!memo.isEmpty()) {",
            "    if (false) {"),
        usersMutant(
            "the memo does not say what is closed",
            "jobs/uniqueusers/MinutesShard.java",
            "closedTo + \",\" + known",
            "NOTHING_CLOSED + \",\" + known"),
        new Mutant(
            "stages: a replay of parts begins where hours were closed",
            List.of(
                new Patch(
                    "jobs/uniqueusers/MinutesShard.java",
                    "newestMinute == Range.NO_CLOCK || newestMinute < keptFrom()",
                    "closedTo == NOTHING_CLOSED"),
                new Patch(
                    "jobs/uniqueusers/MinutesShard.java",
                    ": TimeUnit.SECONDS.toNanos(newestMinute);",
                    ": TimeUnit.SECONDS.toNanos(closedTo);")),
            "dev.tally.sim.UsersSimulation"),
        usersMutant(
            "a forgotten hour begins anew in a history",
            "jobs/uniqueusers/MinutesShard.java",
            "if (part.hasMinutes() && part.hour() < keptFrom()) {",
            "if (false) {"),
        usersMutant(
            "corrections of a closed hour do not reach the calendar",
            "jobs/uniqueusers/MinutesShard.java",
            "    hour.assumeUnsent();\n    memoryBytes",
            "    if (!whole.toldFinal()) hour.assumeUnsent();\n    memoryBytes"),
        usersMutant(
            "minutes stay open in a silence of all",
            "jobs/uniqueusers/MinutesShard.java",
            "if (!sources.allIdle() ||",
            "if (true ||"),
        usersMutant(
            "one silent source is taken for all",
            "jobs/sources/Sources.java",
            "allMatch(known -> known.idle)",
            "anyMatch(known -> known.idle)"));
  }

  private static Stream<Mutant> ofTheStageParts() {
    return Stream.of(
        usersMutant(
            "the replay of parts is short of the last times",
            "jobs/sources/SourceClock.java",
            "times.oldestOffset()",
            "Math.max(times.oldestOffset(), position - 20)"),
        usersMutant(
            "a frame has a say in its own median",
            "jobs/uniqueusers/PartsShard.java",
            """
                long median = known ? clock.median() : 0;
                if (clock.note(seconds, offset, timestampMillis)) {
            """,
            """
                boolean believed = clock.note(seconds, offset, timestampMillis);
                long median = known ? clock.median() : 0;
                if (believed) {
            """),
        usersMutant(
            "a replay gathers what was sent",
            "jobs/uniqueusers/PartsShard.java",
            "counts(offset, timestampMillis, output) && output.live()",
            "counts(offset, timestampMillis, output)"),
        usersMutant(
            "a source is idle after a moment",
            "jobs/sources/SourceClock.java",
            "        seconds == IDLE_SECONDS,",
            "        true,"));
  }

  private static Stream<Mutant> ofTheCalendarAndSilence() {
    return Stream.of(
        usersMutant(
            "an hour sent again is added as a whole",
            "jobs/uniqueusers/CalendarShard.java",
            "hour.frames() - before",
            "hour.frames()"),
        usersMutant(
            "the calendar does not save what is closed",
            "jobs/uniqueusers/CalendarShard.java",
            "      batch.put(key(CLOSED, 0), number(closedTo));\n",
            ""),
        usersMutant(
            "a window that has grown is not saved again",
            "jobs/uniqueusers/Window.java",
            "    told = false;\n    saved = false;",
            "    told = false;"),
        usersMutant(
            "silence is not asked for, a timeout will do",
            "engine/Silence.java",
            " || task.position() != end",
            ""),
        usersMutant(
            "silence lasts until the brokers have answered",
            "engine/Silence.java",
            "askedNanos - heard;",
            "nanos.getAsLong() - heard;"),
        usersMutant(
            "what a tick has sent is not committed",
            "engine/Task.java",
            "    commitDue |= sent.getAsLong() != sentBefore || !shard.memo().equals(memo);\n",
            ""));
  }

  private static Mutant tableMutant(String name, String file, String text, String replacement) {
    return mutantFor("sim.TableSimulation", "tables: " + name, file, text, replacement);
  }

  private static Stream<Mutant> ofTables() {
    return Stream.of(
        tableMutant(
            "a task goes live before the table is read",
            "engine/Task.java",
            "if (!live && tableRead && position >= answeredTo) {",
            "if (!live && position >= answeredTo) {"),
        tableMutant(
            "the end of one partition is taken for that of all",
            "engine/Table.java",
            "unread.computeIfPresent(partition, (number, end) -> offset < end ? end : null);",
            "unread.values().removeIf(end -> offset >= end);"),
        tableMutant(
            "a restart reads on where the table begins",
            "engine/Table.java",
            "Math.max(rowsTo, found.starts().get(i));",
            "found.starts().get(i);"),
        tableMutant(
            "a task is taken for the one before",
            "engine/Table.java",
            "if (current != task) {",
            "if (task == null || current == null) {"),
        tableMutant(
            "the table is not followed once it is read",
            "engine/Table.java",
            "followDueNanos = now + FOLLOW_NANOS;",
            "followDueNanos = Long.MAX_VALUE;"),
        tableMutant(
            "rows without a record are not saved",
            "engine/Task.java",
            "(position == savedTo && !rowsUnsaved) || !everCommitted",
            "position == savedTo || !everCommitted"),
        tableMutant(
            "the memory of rows is not bounded",
            "engine/Engine.java",
            "assignment.followTable() && assignment",
            "assignment.followTable() && config == null && assignment"),
        new Mutant(
            "tables: rows are given while a transaction is open",
            List.of(
                new Patch(
                    "engine/Engine.java",
                    "    followTable();\n    ConsumerRecords",
                    "    ConsumerRecords"),
                new Patch(
                    "engine/Engine.java",
                    "    compute(records);\n    tellWithoutRecords();\n",
                    "    compute(records);\n    followTable();\n    tellWithoutRecords();\n")),
            "dev.tally.sim.TableSimulation"),
        mutantFor(
            "engine.TableTest",
            "tables: rows that the table has lost are kept",
            "engine/Table.java",
            "if (rowsTo > end) {",
            "if (false) {"));
  }

  private static Stream<Mutant> ofTopIndustries() {
    return Stream.of(ofOrders(), ofWhatIsRanked(), ofWhatIsKept()).flatMap(mutants -> mutants);
  }

  private static Stream<Mutant> ofOrders() {
    return Stream.of(
        mutantFor(
            "jobs.topindustries.OrdersShardTest",
            "industries: no record timestamp is believed",
            "jobs/sources/SourceClock.java",
            "aheadMillis(TimeUnit.SECONDS.toMillis(seconds), timestampMillis)",
            "aheadMillis(seconds, timestampMillis)"),
        mutantFor(
            "jobs.topindustries.TopIndustriesPropertyTest",
            "industries: an order that repeats counts again",
            "jobs/topindustries/KnownOrders.java",
            "      if (same && each == hour) {",
            "      if (false) {"),
        mutantFor(
            "jobs.topindustries.RankShardTest",
            "industries: an order that was refused is not known",
            "jobs/topindustries/KnownOrders.java",
            "    if (newest < hour) {\n",
            "    if (false) {\n"),
        mutantFor(
            "jobs.topindustries.TopIndustriesPropertyTest",
            "industries: an order_id is taken however much later it comes",
            "jobs/topindustries/KnownOrders.java",
            "newest < hour - lateHours",
            "false"),
        mutantFor(
            "jobs.topindustries.TopIndustriesPropertyTest",
            "industries: a conflict has no dead letter",
            "jobs/topindustries/RankShard.java",
            "      case CONFLICT ->\n          output",
            "      case CONFLICT -> new Object();\n      default ->\n          output"),
        mutantFor(
            "jobs.topindustries.RankShardTest",
            "industries: what is known of an order_id is forgotten with its first hour",
            "jobs/topindustries/KnownOrders.java",
            "    if (newest <= hour) {\n",
            "    if (true) {\n"),
        mutantFor(
            "jobs.topindustries.RankShardTest",
            "industries: order_ids that are past stay on the disk",
            "jobs/topindustries/RankShard.java",
            "    past.forEach(this::forget);\n",
            ""),
        mutantFor(
            "jobs.topindustries.OrdersShardTest",
            "industries: a time is in the future by the millisecond",
            "jobs/topindustries/OrdersShard.java",
            "time.plusNanos(TimeUnit.MILLISECONDS.toNanos(1) - 1).toEpochMilli()",
            "time.toEpochMilli()"));
  }

  private static Stream<Mutant> ofWhatIsRanked() {
    return Stream.of(
        mutantFor(
            "jobs.topindustries.TopIndustriesPropertyTest",
            "industries: a memo is not handed down",
            "jobs/topindustries/RankShard.java",
            "    if (!memo.isEmpty()) {",
            "    if (false) {"),
        mutantFor(
            "jobs.topindustries.TopIndustriesPropertyTest",
            "industries: the replay offset follows what is closed",
            "jobs/topindustries/RankShard.java",
            ": TimeUnit.HOURS.toNanos(newestHour);",
            ": TimeUnit.HOURS.toNanos(closedHour);"),
        mutantFor(
            "jobs.topindustries.RankShardTest",
            "industries: an hour is ranked before it is over",
            "jobs/topindustries/RankShard.java",
            "wholeHours(lowest.getAsLong() - graceSeconds)",
            "wholeHours(lowest.getAsLong() - graceSeconds) + 1"),
        mutantFor(
            "jobs.topindustries.TopIndustriesPropertyTest",
            "industries: silence closes nothing",
            "jobs/topindustries/RankShard.java",
            "if (sources.allIdle() && ",
            "if (false && "),
        mutantFor(
            "jobs.topindustries.TopIndustriesPropertyTest",
            "industries: hours stay in the industries that a customer has left",
            "jobs/topindustries/RankShard.java",
            "              hours.remove(hour, before, total);\n",
            ""),
        mutantFor(
            "jobs.topindustries.RankShardTest",
            "industries: rows of a table created anew are added to the old ones",
            "jobs/topindustries/RankShard.java",
            "    if (!customers.areOf(table)) {",
            "    if (false) {"),
        mutantFor(
            "jobs.topindustries.RankShardTest",
            "industries: a row that cannot be read is passed over",
            "jobs/topindustries/RankShard.java",
            "      customers.requireReadable();\n",
            ""),
        mutantFor(
            "jobs.topindustries.RankingTest",
            "industries: the last day begins an hour late",
            "jobs/topindustries/Ranking.java",
            "(each < day ? sums.before : sums.day)",
            "(each <= day ? sums.before : sums.day)"),
        mutantFor(
            "jobs.topindustries.RankingTest",
            "industries: split orders count in full",
            "jobs/topindustries/Ranking.java",
            "split ? share.of() : 1",
            "1"));
  }

  private static Stream<Mutant> ofWhatIsKept() {
    return Stream.of(
        mutantFor(
            "jobs.topindustries.TopIndustriesPropertyTest",
            "industries: orders of a customer without a row are lost",
            "jobs/topindustries/RankShard.java",
            "    state.put(key, total.plus(order.amount()).toBytes());\n",
            "    if (!customers.industriesOf(order.customerId()).isEmpty())"
                + " state.put(key, total.plus(order.amount()).toBytes());\n"),
        mutantFor(
            "jobs.topindustries.TopIndustriesPropertyTest",
            "industries: a total that has changed is not saved",
            "jobs/topindustries/IndustryHours.java",
            "    unsavedShares.computeIfAbsent(hour, none -> new HashSet<>()).add(share);\n",
            ""),
        mutantFor(
            "jobs.topindustries.TopIndustriesPropertyTest",
            "industries: what is deleted is found on the disk again",
            "jobs/topindustries/UnsavedChanges.java",
            "change == DELETED ? null : change",
            "change == DELETED ? saved.get(key) : change"));
  }

  private static Stream<Mutant> ofWhatHistoriesDoNotShow() {
    return Stream.of(
        mutantFor(
            "engine.kafka.PollerTest",
            "a consumer is polled although no record fits the memory for it",
            "engine/kafka/Poller.java",
            " || budget.spent()",
            ""),
        mutantFor(
            "json.JsonScannerTest",
            "an escaped name that begins as a wanted one is taken for it",
            "json/JsonScanner.java",
            "    return at == to;",
            "    return true;"),
        mutantFor(
            "jobs.uniqueusers.FrameScannerTest",
            "names with escapes are left to the slow reader",
            "json/JsonScanner.java",
            "afterName = escapedName(bytes, quote, end);",
            "afterName = UNUSUAL;"),
        mutantFor(
            "engine.SlowStartTest",
            "transactions stay as large after a slow one",
            "engine/SlowStart.java",
            "recordsMax = Math.max(1, Math.min(records, recordsMax) / 2);",
            "records = 0;"),
        mutantFor(
            "jobs.rollingsum.WindowsTest",
            "windows are dropped unsaved",
            "jobs/rollingsum/Windows.java",
            "if (memoryBytes() > bytes && !unsaved) {",
            "if (memoryBytes() > bytes) {"),
        mutantFor(
            "jobs.rollingsum.WindowsTest",
            "the journal takes a window for the one that had its number before",
            "jobs/rollingsum/Windows.java",
            "      journal.forget(window);\n",
            ""),
        mutantFor(
            "jobs.rollingsum.WindowTableTest",
            "a large sum is kept when it is small again",
            "jobs/rollingsum/WindowTable.java",
            "        largeSums.remove(window);\n        set(window, END,",
            "        set(window, END,"));
  }

  @Test
  void everyTextIsInItsSourceExactlyOnceAndEveryTestExists() throws Exception {
    for (Mutant mutant : all().toList()) {
      for (Patch patch : mutant.patches()) {
        patch.applied();
      }
      if (mutant.test() != null) {
        Class.forName(mutant.test());
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("chosen")
  @EnabledIfSystemProperty(named = "tally.sim.mutants", matches = ".+")
  void isNoticed(Mutant mutant, @TempDir Path folder) throws Exception {
    String noticed = mutant.noticed(folder, SEEDS_MAX);
    assertNotNull(noticed, "neither by " + SEEDS_MAX + " seeds nor by a test");
    OUT.printf("%s: noticed %s%n", mutant, noticed);
  }
}
