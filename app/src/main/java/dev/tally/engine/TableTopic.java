package dev.tally.engine;

/**
 * The topic of the table that a job reads beside its input ({@link dev.tally.job.Job#readsTable}).
 *
 * @param name must differ from the job's other topics
 * @param flag that names it, for messages
 * @param loader the command that creates and fills it, for messages
 */
public record TableTopic(String name, String flag, String loader) {}
