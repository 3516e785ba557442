package dev.tally.jobs.uniqueusers;

/**
 * A window that is saved, to look at.
 *
 * @param kind as results name it
 */
public record SavedCounts(String kind, long startSeconds, long users, boolean exact, long frames) {}
