package dev.tally.jobs.rollingsum;

import dev.tally.jobs.rollingsum.RollingSum.SavedWindow;
import java.util.List;

/**
 * What people are told of the saved windows of one partition. Immutable.
 *
 * @param stockCodes number of StockCodes that have a window
 * @param rows number of rows in the sums of all windows
 * @param largest the windows with the most rows, the largest first; equal ones by StockCode
 */
public record SavedWindows(long stockCodes, long rows, List<SavedWindow> largest) {}
