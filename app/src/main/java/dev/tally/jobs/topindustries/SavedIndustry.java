package dev.tally.jobs.topindustries;

/**
 * An industry in saved state, to look at.
 *
 * @param customers that have it
 * @param orders of theirs in all hours that are kept
 */
public record SavedIndustry(String industry, long customers, long orders) {}
