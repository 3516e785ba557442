@NullMarked
package dev.tally.audit.rollingsum;

import org.jspecify.annotations.NullMarked;
