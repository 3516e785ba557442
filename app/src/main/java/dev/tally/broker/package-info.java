/**
 * A real Kafka broker on this machine, and child processes that end with their parent: for the
 * demo, the tests and the benchmarks.
 *
 * <p>Read {@link LocalBroker}, which is all that most callers need, then {@link Child}, the process
 * it runs in. {@code Lifeline} is the main class of every child, and starts the one that is wanted;
 * for a broker that is {@code BrokerMain}.
 */
@NullMarked
package dev.tally.broker;

import org.jspecify.annotations.NullMarked;
