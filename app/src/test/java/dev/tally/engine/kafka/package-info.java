@NullMarked
package dev.tally.engine.kafka;

import org.jspecify.annotations.NullMarked;
