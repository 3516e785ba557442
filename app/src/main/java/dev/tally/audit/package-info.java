/**
 * What an audit of any job needs: reading topics as of one moment, judging dead letters, and
 * reporting. Shares no code with the jobs. What the answers must be is recomputed in a package for
 * each job, such as {@code rollingsum}.
 *
 * <p>Read in this order: {@link dev.tally.audit.AuditSettings} and {@link dev.tally.audit.Scope},
 * what is compared; {@link dev.tally.audit.Cluster}, which takes the snapshot, and {@link
 * dev.tally.audit.TopicReader}, the only two that meet Kafka; {@link dev.tally.audit.Message}, what
 * they hand over, and {@link dev.tally.audit.JsonObjectText}, which reads its value; {@link
 * dev.tally.audit.DeadLetters}, the rows without an answer; {@link dev.tally.audit.Findings} and
 * {@link dev.tally.audit.Report}, the result.
 */
@NullMarked
package dev.tally.audit;

import org.jspecify.annotations.NullMarked;
