@NullMarked
package dev.tally.kafka;

import org.jspecify.annotations.NullMarked;
