/**
 * The audit of unique users: counts every window again from the frames, with sets of uids, and
 * compares it with the results in Kafka. Everything but {@code Audit} and {@code Snapshot} is pure.
 *
 * <p>Read in this order: {@code Rules}, {@code FrameText} and {@code Acceptance}, which frames
 * count; {@code Window} and {@code Users}, what a result says of a window, and {@code ResultText},
 * how it is written; {@code Frames}, which judges every frame, {@code Sightings} and {@code
 * WindowTable}, which count; {@code Part} and {@code LateParts}, the frames that the second stage
 * turned away; {@code Results} and {@code WindowComparison}, which compares; {@code Snapshot}, what
 * is compared with what; {@code Audit}, which reads the topics and drives them all.
 */
@NullMarked
package dev.tally.audit.uniqueusers;

import org.jspecify.annotations.NullMarked;
