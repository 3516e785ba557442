@NullMarked
package dev.tally.audit.uniqueusers;

import org.jspecify.annotations.NullMarked;
