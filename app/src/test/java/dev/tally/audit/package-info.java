@NullMarked
package dev.tally.audit;

import org.jspecify.annotations.NullMarked;
