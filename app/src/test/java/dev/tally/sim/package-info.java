/**
 * The real worker and the real job, on brokers and disks that are simulated in one thread and can
 * fail at any call.
 *
 * <p>Read {@link dev.tally.sim.ScenariosTest} first: what tally promises, in some twenty histories
 * of a few lines each. Then {@link dev.tally.sim.SimulationTest}, which runs thousands of histories
 * that are decided by seeds, and {@link dev.tally.sim.MutantsTest}, which breaks the program on
 * purpose to see them notice.
 *
 * <p>A {@link dev.tally.sim.Simulation} is a table of events by weight. They happen to a {@link
 * dev.tally.sim.World}: its {@link dev.tally.sim.Cluster} is the brokers, with a {@link
 * dev.tally.sim.Connection} for each worker; on its {@link dev.tally.sim.Machine}s an {@link
 * dev.tally.sim.Instance} runs a worker, on a {@link dev.tally.sim.Disk} that outlives it. {@link
 * dev.tally.sim.Mishaps}, {@link dev.tally.sim.Operators} and {@link dev.tally.sim.Disasters} are
 * what can go wrong, what people do, and what no worker may survive in silence.
 *
 * <p>{@link dev.tally.sim.Invariants} are checked after every event. The {@link
 * dev.tally.sim.Ledger} compares each transaction and each save with the {@link
 * dev.tally.sim.Oracle}, which computes answers by their definition, and {@link
 * dev.tally.sim.Stops} judges every stop. Real clients and real disks keep the same contracts as
 * the simulated ones: {@link dev.tally.engine.SessionContract} and {@link
 * dev.tally.state.KeyedStateContract}.
 *
 * <p>The three stages of unique-users have a {@link dev.tally.sim.UsersSimulation} of their own, on
 * the same brokers and disks. Its {@link dev.tally.sim.UsersLedger} hands what a stage commits to
 * the next one.
 */
@NullMarked
package dev.tally.sim;

import org.jspecify.annotations.NullMarked;
