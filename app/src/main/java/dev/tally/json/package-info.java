/**
 * JSON in bytes, as every job needs it and no job owns it: finding values without building objects,
 * and deciding what is UTF-8. It knows neither fields nor rules, which are the jobs', and it does
 * not use gson, with which jobs read the objects that are unusual here.
 *
 * <p>Read {@link dev.tally.json.JsonScanner} first: it walks over the members of an object. {@code
 * ExpectedNames} spares it from reading names that it has read before. {@link
 * dev.tally.json.LittleEndian} and {@link dev.tally.json.Utf8} are what it is built of.
 */
@NullMarked
package dev.tally.json;

import org.jspecify.annotations.NullMarked;
