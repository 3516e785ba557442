@NullMarked
package dev.tally.generate.sales;

import org.jspecify.annotations.NullMarked;
