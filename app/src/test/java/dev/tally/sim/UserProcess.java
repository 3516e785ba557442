package dev.tally.sim;

import dev.tally.Stop;
import dev.tally.engine.Worker;
import dev.tally.engine.WorkerClock;

/** A process of one stage: the real worker with the real job. */
final class UserProcess implements Caller {
  final UserStage stage;
  final UserStage.Host host;
  private final UsersSimulation simulation;
  private final Disk.Folder folder;
  private final Worker worker;
  private boolean dead;
  private boolean busy;
  private boolean metFullDisk;
  // Bounded by the simulation: since the last commit, and in all.
  int rewinds;
  int fences;

  UserProcess(UsersSimulation simulation, UserStage stage, UserStage.Host host) {
    this.simulation = simulation;
    this.stage = stage;
    this.host = host;
    this.folder = host.disk.open(this);
    Cluster cluster = stage.cluster;
    this.worker =
        new Worker(
            stage.job,
            stage.config,
            stage.layout,
            folder,
            (slot, assignments) -> cluster.connect(namePrefix() + "-" + slot, this, assignments),
            new WorkerClock(
                () -> cluster.nowNanos,
                nanos -> cluster.nowNanos += Math.max(0, nanos),
                stage.recordsPerLook));
  }

  /** How the names of its workers begin. */
  String namePrefix() {
    return "tally-" + host.number;
  }

  @Override
  public String toString() {
    return stage.name + "/" + host.number;
  }

  boolean dead() {
    return dead;
  }

  boolean busy() {
    return busy;
  }

  void step() {
    act(worker::step);
  }

  /** Ends in order, as after SIGTERM; it can still be killed on the way. */
  void end() {
    act(
        () -> {
          worker.leave();
          worker.close();
        });
    die();
  }

  private void act(Runnable action) {
    busy = true;
    simulation.alignClocks();
    try {
      action.run();
    } catch (Crash e) {
      if (!dead) {
        throw e;
      }
    } catch (Stop stop) {
      String message = String.valueOf(stop.getMessage());
      // It gives up where hours pass before its brokers have answered.
      boolean waitedTooLong = message.contains("could not be read for");
      if (!waitedTooLong && !(metFullDisk && message.contains("no space left"))) {
        throw Violation.of("%s stops without a reason: %s", this, message);
      }
      try {
        worker.close();
      } catch (Crash e) {
        simulation.log("%s is killed while it closes", this);
      }
      die();
    } finally {
      busy = false;
    }
    simulation.alignClocks();
  }

  /** Ends at once, as after SIGKILL; the kernel releases its locks. */
  void die() {
    dead = true;
    folder.end();
  }

  @Override
  public void reaches(Point point) {
    requireAlive();
    simulation.reaches(this, point);
    requireAlive();
  }

  private void requireAlive() {
    if (dead) {
      throw new Crash();
    }
  }

  @Override
  public boolean fails(Fault fault, int perMille) {
    boolean fails = simulation.fails(this, fault, perMille);
    metFullDisk |= fails && fault == Fault.DISK_FULL;
    return fails;
  }

  @Override
  public void committed() {
    rewinds = 0;
  }
}
