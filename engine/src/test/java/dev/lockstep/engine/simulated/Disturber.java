package dev.lockstep.engine.simulated;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Lets things go wrong, as often and in such a mix as the plan says. Each kind draws from a source of its own. */
final class Disturber {
    private static final long YEAR_NS = 365L * 86_400 * 1_000_000_000;
    private static final long FIRST_CALM_NS = 1_000_000_000;

    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final Map<SimulatedNode, SimulatedDisk> copies = new HashMap<>();
    private boolean isOver;
    private boolean isCalm;
    private NetworkFaults networkFaults = NetworkFaults.NONE;

    Disturber(SimulatedCluster cluster, SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
    }

    void begin() {
        networkFaults = faults();
        cluster.network.faults(networkFaults);
        long meanNs = 20_000_000 + random.nextLong(600_000_000);
        beginKinds(false, meanNs);
        calmOnce(random.split());
        beginKinds(true, meanNs);
    }

    private void beginKinds(boolean areDrawnLast, long meanNs) {
        for (FaultKind kind : FaultKind.values()) {
            if (kind.isDrawnLast() == areDrawnLast) {
                SplittableRandom ofKind = random.split();
                if (cluster.plan.has(kind)) {
                    next(kind, ofKind, meanNs);
                }
            }
        }
    }

    private NetworkFaults faults() {
        NetworkFaults drawn = NetworkFaults.drawn(random);
        NetworkFaults none = NetworkFaults.NONE;
        boolean isRough = cluster.plan.has(FaultKind.ROUGH_NETWORK);
        boolean haunts = cluster.plan.has(FaultKind.GHOSTS);
        boolean isDisordered = cluster.plan.has(FaultKind.DISORDER);
        return new NetworkFaults(
                none.minDelayNs(),
                isRough ? drawn.maxDelayNs() : none.maxDelayNs() + 200_000,
                isRough ? drawn.lossPerMille() : 0,
                drawn.repairNs(),
                isRough ? drawn.gapPerMillion() : 0,
                isRough ? drawn.refusedPerMille() : 0,
                haunts ? 1 + drawn.ghostPerMille() : 0,
                isDisordered ? 1 + drawn.duplicatePerMille() : 0,
                isDisordered ? 1 + drawn.reorderPerMille() : 0);
    }

    private void next(FaultKind kind, SplittableRandom ofKind, long meanNs) {
        cluster.time.in(1 + ofKind.nextLong(2 * meanNs), () -> {
            if (isOver) {
                return;
            }
            if (!isCalm) {
                cluster.trace(0, kind.name(), 0);
                happen(kind, ofKind);
            }
            next(kind, ofKind, meanNs);
        });
    }

    private SimulatedNode some(SplittableRandom ofKind) {
        return cluster.nodes.get(ofKind.nextInt(cluster.nodes.size()));
    }

    private void happen(FaultKind kind, SplittableRandom ofKind) {
        SimulatedNode node = some(ofKind);
        switch (kind) {
            case PARTITIONS -> partition(ofKind);
            case KILLS -> kill(node, ofKind);
            case PAUSES ->
                node.pause(10_000_000 + ofKind.nextLong(ofKind.nextInt(4) == 0 ? 2_000_000_000 : 200_000_000));
            case POWER_CUTS -> cutPower(node, ofKind);
            case DAMAGE -> damage(node, ofKind);
            case LOST_DISKS -> loseDisk(node, ofKind);
            case FULL_DISKS -> fill(node, ofKind);
            case FAILING_DISKS -> fail(node, ofKind);
            case CLOCKS -> turnClock(node, ofKind);
            case ROUGH_NETWORK -> cluster.network.breakLink(node.number, some(ofKind).number);
            case SNAPSHOTS -> takeSnapshot(node, ofKind);
            case MEMBERSHIP -> cluster.operator.changeSomething(ofKind);
            case TRANSFERS -> cluster.operator.transfer(ofKind);
            case PROMOTES -> cluster.operator.promoter.promote(ofKind);
            case SUSPICIONS -> suspect(node, some(ofKind));
            case DAMAGED_BALLOTS -> damageBallot(node, ofKind);
            case FULL_SMALL_FILES -> fillSmallFiles(node, ofKind);
            case SET_BACK_DISKS -> setBack(node, ofKind);
            case CLONED_DISKS -> cloneDisk(node, ofKind);
            case DRIFT -> cluster.drifts.happen(node);
            case FAILING_SMALL_FILES -> node.disk.device().failNextForceOf(someFile(ofKind), ofKind.nextBoolean());
            case GHOSTS, DISORDER -> {
                // the network's
            }
        }
    }

    private void partition(SplittableRandom ofKind) {
        cluster.network.unblockAll();
        switch (ofKind.nextInt(4)) {
            case 0 -> {
                int one = some(ofKind).number;
                int other = some(ofKind).number;
                cluster.network.block(one, other);
            }
            case 1 -> {
                SimulatedNode alone = some(ofKind);
                for (SimulatedNode each : cluster.nodes) {
                    cluster.network.block(each.number, alone.number);
                    if (ofKind.nextInt(3) > 0) {
                        cluster.network.block(alone.number, each.number);
                    }
                }
            }
            case 2 -> {
                long side = ofKind.nextLong();
                for (SimulatedNode one : cluster.nodes) {
                    for (SimulatedNode other : cluster.nodes) {
                        if ((side >>> one.number & 1) != (side >>> other.number & 1)) {
                            cluster.network.block(one.number, other.number);
                        }
                    }
                }
            }
            default -> {
                // all hear each other again
            }
        }
    }

    private void startLater(SimulatedNode node, SplittableRandom ofKind) {
        cluster.time.in(1 + ofKind.nextLong(ofKind.nextBoolean() ? 50_000_000 : 2_000_000_000), () -> {
            if (!node.isWithdrawn) {
                node.start();
            }
        });
    }

    private void kill(SimulatedNode node, SplittableRandom ofKind) {
        switch (ofKind.nextInt(4)) {
            case 0 -> node.kill();
            case 1 -> node.killInsideAppend();
            case 2 -> node.closeOrderly();
            default -> node.crashSoon();
        }
        startLater(node, ofKind);
    }

    private void cutPower(SimulatedNode node, SplittableRandom ofKind) {
        if (ofKind.nextInt(6) == 0) {
            for (SimulatedNode each : cluster.nodes) {
                each.powerCut();
                startLater(each, ofKind);
            }
        } else {
            node.powerCut();
            startLater(node, ofKind);
        }
    }

    private void damage(SimulatedNode node, SplittableRandom ofKind) {
        if (cluster.plan.voters() > 1 && ofKind.nextInt(3) == 0 && cluster.operator.mayLose(node)) {
            node.disk.damageSomeFrame(ofKind);
            cluster.oracle.onDamaged(node);
        }
    }

    private void loseDisk(SimulatedNode node, SplittableRandom ofKind) {
        if (cluster.plan.voters() > 1 && ofKind.nextInt(4) == 0 && cluster.operator.mayLose(node)) {
            node.wipe();
            startLater(node, ofKind);
        }
    }

    /** While a process lives it reads neither: it comes to be seen at the next start. */
    private void damageBallot(SimulatedNode node, SplittableRandom ofKind) {
        if (cluster.plan.voters() > 1 && ofKind.nextInt(4) == 0 && cluster.operator.mayLose(node)) {
            node.loseBallot(ofKind);
            startLater(node, ofKind);
        }
    }

    /**
     * A copy of a disk is taken, or becomes the disk. Who was set back is as good as lost until it is another one, so never
     * are so many at once; and not where an operator founds epochs, which he must not while somebody was.
     */
    private void setBack(SimulatedNode node, SplittableRandom ofKind) {
        SimulatedDisk copy = copies.get(node);
        boolean isUsable =
                copy != null && copy.identity().equals(node.disk.identity()) && !cluster.plan.has(FaultKind.PROMOTES);
        boolean isDue = isUsable && ofKind.nextInt(3) == 0 && cluster.operator.mayLose(node);
        if (isDue) {
            node.setBackTo(copy);
            if (ofKind.nextInt(3) == 0) {
                node.powerCut(); // the copy is of what the device had
            }
            startLater(node, ofKind);
        } else if (isWorthACopy(node.disk) && (copy == null || ofKind.nextInt(3) == 0)) {
            copies.put(node, node.disk.copy());
        }
    }

    /**
     * A founder that is set back into the middle of the birth goes on with a first frame that it may have lost since, and
     * founds another cluster alone. Links tell clusters apart, so the two never meet; but here all is one cluster.
     */
    private static boolean isWorthACopy(SimulatedDisk disk) {
        return disk.identity().isPresent()
                && (disk.ballot().ballot().clusterId().isPresent()
                        || disk.last().index() == 0);
    }

    /** The same holds for whoever begins on a copy: the one before may have promised something since it was taken. */
    private void cloneDisk(SimulatedNode node, SplittableRandom ofKind) {
        boolean isPossible = node.isRunning()
                && !cluster.plan.has(FaultKind.PROMOTES)
                && cluster.older.stream().noneMatch(each -> each.number == node.number);
        if (isPossible && ofKind.nextInt(3) == 0 && cluster.operator.mayLose(node)) {
            cluster.cloneDisk(node, ofKind.split());
            cluster.time.in(1 + ofKind.nextLong(3_000_000_000L), () -> cluster.endOlder(node));
        }
    }

    private void fill(SimulatedNode node, SplittableRandom ofKind) {
        SimulatedDevice device = node.disk.device();
        long untilNs = 1 + ofKind.nextLong(500_000_000);
        if (ofKind.nextBoolean()) {
            device.logFull(true);
            cluster.time.in(untilNs, () -> device.logFull(false));
        } else {
            device.nextSegmentFull(true);
            cluster.time.in(untilNs, () -> device.nextSegmentFull(false));
        }
    }

    private static SmallFile someFile(SplittableRandom ofKind) {
        SmallFile[] all = SmallFile.values();
        return all[ofKind.nextInt(all.length)];
    }

    private void fillSmallFiles(SimulatedNode node, SplittableRandom ofKind) {
        node.disk
                .device()
                .fullFor(ofKind.nextBoolean() ? EnumSet.allOf(SmallFile.class) : EnumSet.of(someFile(ofKind)));
        cluster.time.in(
                1 + ofKind.nextLong(ofKind.nextInt(4) == 0 ? 3_000_000_000L : 500_000_000),
                () -> node.disk.device().full(false));
    }

    private void fail(SimulatedNode node, SplittableRandom ofKind) {
        if (ofKind.nextBoolean()) {
            node.disk.device().failNextForce();
        } else {
            node.disk.device().refuseNextAppend();
        }
    }

    private void turnClock(SimulatedNode node, SplittableRandom ofKind) {
        node.wallClockOffsetNs = switch (ofKind.nextInt(4)) {
            case 0 -> ofKind.nextLong(-YEAR_NS, YEAR_NS);
            case 1 -> ofKind.nextLong(-2_000_000_000L, 2_000_000_000L);
            default -> ofKind.nextLong(-1_000_000, 1_000_000);
        };
    }

    private void takeSnapshot(SimulatedNode node, SplittableRandom ofKind) {
        if (node.isRunning() && !node.isPaused()) {
            node.guarded(() -> Snapshotting.take(node, ofKind));
        }
    }

    private static void suspect(SimulatedNode node, SimulatedNode other) {
        if (node.isRunning() && !node.isPaused()) {
            node.guarded(() -> node.replica().onSuspicion(other.number));
        }
    }

    /** In some simulations nothing more goes wrong for a while: whoever is whole and connected must commit then. */
    private void calmOnce(SplittableRandom ofCalm) {
        long latestNs = cluster.plan.faultyNs() - Operator.CALM_NS - FIRST_CALM_NS;
        if (latestNs <= 0 || ofCalm.nextBoolean()) {
            return;
        }
        cluster.time.in(FIRST_CALM_NS + ofCalm.nextLong(latestNs), () -> {
            isCalm = true;
            cluster.network.unblockAll();
            cluster.network.faults(NetworkFaults.NONE);
            cluster.operator.watchLiveness(ofCalm, () -> {
                isCalm = false;
                cluster.network.faults(networkFaults);
            });
        });
    }

    /** Nothing goes wrong any more. */
    void heal() {
        isOver = true;
        networkFaults = NetworkFaults.NONE;
        cluster.network.unblockAll();
        cluster.network.faults(NetworkFaults.NONE);
        List.copyOf(cluster.older).forEach(cluster::endOlder);
        for (SimulatedNode each : cluster.nodes) {
            each.disk.device().settle();
            each.resume();
            each.isHeldDown = false;
            each.start();
        }
    }
}
