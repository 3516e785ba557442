package dev.tally;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Marks a class of tests that starts a broker or another process. {@code mvn test} leaves it out;
 * {@code mvn verify} runs it, and {@code mvn verify -Dit.test=Name} runs it alone.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag(StartsProcesses.TAG)
public @interface StartsProcesses {
  /** By which pom.xml tells the two halves apart. */
  String TAG = "starts-processes";
}
