/**
 * The seam between a job, which is a pure function of records, and the caller that feeds it from
 * Kafka and keeps its state. A {@link dev.tally.job.Job} implements one side and may rely on the
 * duties below; {@code engine.Task} is the caller for one partition, {@code engine.Engine} for all
 * partitions of a worker, and {@code state} keeps what is saved.
 *
 * <ol>
 *   <li><b>Claim.</b> Get a {@link dev.tally.job.StateStore} from its slots. It belongs to one
 *       worker until it is closed.
 *   <li><b>Compare.</b> Use saved state only if it is of this topic and today's {@linkplain
 *       dev.tally.job.Job#fingerprint fingerprint}, not older than the replay offset, and exact at
 *       the committed offset (see step 7). Otherwise discard it, so that the job finds none. If it
 *       is ahead of the committed offset, Kafka has lost commits: refuse to begin.
 *   <li><b>Open.</b> Call {@link dev.tally.job.Job#open} with the saved state and the clock that
 *       was saved with it. Never pass a clock that is known from elsewhere: the clock is rebuilt
 *       from records, like all other state.
 *   <li><b>Apply in order.</b> Give the shard every record of the partition, each once and in the
 *       order of offsets: from the saved offset on or, if nothing is saved, from the replay offset.
 *       No record before the replay offset matters to an answer from the committed offset on.
 *   <li><b>Replay, then live.</b> Below the committed offset the output is not {@linkplain
 *       dev.tally.job.Output#live live}, and drops what it is given; everything else is the same
 *       path. Where the replay reaches the committed offset, give the shard the memo that was
 *       committed there ({@link dev.tally.job.Shard#resume}) and compare its clock with the one
 *       that was committed there. If they differ, the log or the saved state is not the one that
 *       was answered from, and no answer may follow.
 *   <li><b>Commit.</b> Everything emitted for a record becomes visible in the transaction that
 *       commits its offset, together with the replay offset, the clock, the fingerprint and the
 *       memo. Before that, {@linkplain dev.tally.job.Shard#flush let the shard send} what it holds
 *       back. If the transaction fails, drop the shard and open it again: it cannot take a record
 *       back.
 *   <li><b>Save what is committed.</b> Kafka comes first, the disk second: saved state may lag, but
 *       must never lead. Let the shard add its changes to a batch, add the offset, the clock and
 *       the fingerprint, and save the batch as a whole. If that fails, drop the shard, because it
 *       takes its changes for saved. State that is saved in the middle of a replay from the replay
 *       offset lacks earlier rows, so note that it is exact only from the committed offset on.
 *   <li><b>Note the horizon.</b> Whenever the clock enters a new {@linkplain
 *       dev.tally.job.Job#sliceNanos slice}, note the offset that moved it there. The replay offset
 *       is that of the first slice that reaches {@link dev.tally.job.Shard#horizonNanos}. A shard
 *       that {@linkplain dev.tally.job.Shard#replayFrom knows its replay offset} is asked for it
 *       instead.
 *   <li><b>Tell of silence.</b> If the job asks for it, {@linkplain dev.tally.job.Shard#tick tell
 *       the shard} of a partition that it is read to its end and that nothing has come since. The
 *       brokers say where the end is; a timeout alone proves nothing. If that emits something or
 *       changes the memo, commit it, even at the same offset.
 *   <li><b>Read the table.</b> If the job has one, ask the shard {@linkplain
 *       dev.tally.job.Shard#rowsTo how far its rows go}, and give it every committed row from there
 *       on, each once and in the order of offsets, as far as the table went when the partition
 *       began; only then may it go live. Go on giving it rows between transactions, when everything
 *       computed is committed. Never remember elsewhere how far that is.
 *   <li><b>Bound the memory.</b> Add up {@link dev.tally.job.Shard#memoryBytes} of all shards.
 *       Where they hold too much, commit, save, and only then {@linkplain
 *       dev.tally.job.Shard#trimTo trim} them: what is not saved cannot be dropped.
 *   <li><b>Close.</b> A shard has nothing to close. When its partition is revoked or the worker
 *       stops, save and drop it. When the partition is lost, drop it unsaved: another worker may
 *       have it already. Close the store last.
 * </ol>
 *
 * Throughout, a shard and the state it was opened with are used by one thread, that of the worker
 * which owns the partition. {@link dev.tally.job.Damaged} and {@link dev.tally.job.StateLost}, from
 * any of these calls, mean that the saved state is of no use: discard it and begin again at step 3.
 */
@NullMarked
package dev.tally.job;

import org.jspecify.annotations.NullMarked;
