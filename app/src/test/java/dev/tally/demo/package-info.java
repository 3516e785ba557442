@NullMarked
package dev.tally.demo;

import org.jspecify.annotations.NullMarked;
