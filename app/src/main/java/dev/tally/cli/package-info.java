/**
 * The command line: one file per command, and everything that is checked before a command opens
 * anything. Every other package is used here, and none of them knows this one.
 *
 * <p>Begin with {@link Tally}, which turns every failure into one line and an exit code, and {@code
 * Arguments}, which makes flags of a properties file. Then read a command: {@code
 * RollingSumCommand} is the pattern for a job.
 *
 * <p>Flags that several commands take are declared once, as mixins: {@code KafkaOptions}, {@code
 * ConfigOption}, {@code GroupOption}, {@code StateDirOption} and {@code TopicOptions}; {@code
 * DaemonOptions} for what every job takes, whatever it answers; {@code RollingSumOptions} for what
 * shapes the answers of that job, which its audit must be given alike, and {@code
 * UniqueUsersOptions} for those of unique-users. {@code Service} runs a job with them, and {@code
 * SavedJob} shows what it has saved.
 *
 * <p>The rest are kinds of values ({@code Durations}, {@code Choice}, {@code DurationOrOff}, {@code
 * Names}) and what a user sees ({@code HelpText}, {@code ProgressBar}). {@code ClassSharing} is a
 * main class of its own, for the launcher.
 */
@NullMarked
package dev.tally.cli;

import org.jspecify.annotations.NullMarked;
