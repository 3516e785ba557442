@NullMarked
package dev.tally.broker;

import org.jspecify.annotations.NullMarked;
