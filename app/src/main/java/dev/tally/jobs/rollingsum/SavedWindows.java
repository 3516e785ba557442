package dev.tally.jobs.rollingsum;

import dev.tally.jobs.rollingsum.RollingSum.SavedWindow;
import java.util.List;

/**
 * The saved windows of one partition.
 *
 * @param stockCodes how many StockCodes have one
 * @param rows how many rows are in the sums of all of them
 * @param largest those with the most rows, the largest first; equal ones by StockCode
 */
public record SavedWindows(long stockCodes, long rows, List<SavedWindow> largest) {}
