/**
 * Frames as records to send: JSON objects of about 2 kB in which a user's {@code uid} and a {@code
 * ts} in seconds stand somewhere among 22 to 32 members of the root.
 *
 * <p>Read in this order: {@link dev.tally.generate.frames.FrameMix} and {@link
 * dev.tally.generate.frames.FrameTime}, what was asked for; {@code Body} and {@code BodyWriter},
 * what surrounds the two; {@code Uid}, the users; {@link dev.tally.generate.frames.FrameRecords},
 * which puts them together.
 */
@NullMarked
package dev.tally.generate.frames;

import org.jspecify.annotations.NullMarked;
