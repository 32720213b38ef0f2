package dev.lockstep.engine.simulated;

import java.util.EnumSet;
import java.util.SplittableRandom;

/** What can go wrong in a simulation; each seed draws its own mix. */
enum FaultKind {
    /** Messages are slow, lost and repaired, links break, offers are refused. */
    ROUGH_NETWORK,
    /** Messages of broken links arrive long after. */
    GHOSTS,
    /** Messages come twice, and overtake others. */
    DISORDER,
    /** Some nodes do not hear others, one way or both. */
    PARTITIONS,
    /** Processes are killed, between turns and inside them, and start again. */
    KILLS,
    /** Processes stand still for longer than others wait for them. */
    PAUSES,
    /** Machines go down, one or all at once, and lose what was not flushed. */
    POWER_CUTS,
    /** Bits flip in the log. */
    DAMAGE,
    /** A ballot, a register or a whole disk is lost. */
    LOST_DISKS,
    /** There is no room for a while. */
    FULL_DISKS,
    /** A force fails, or an append is refused after the frame was sent. */
    FAILING_DISKS,
    /** Clocks differ, step, and jump by a year. */
    CLOCKS,
    /** Logs are compacted behind snapshots. */
    SNAPSHOTS,
    /** Members are added and removed, modes change. */
    MEMBERSHIP,
    /** The primary hands over. */
    TRANSFERS,
    /** An operator founds an epoch, also when he should not. */
    PROMOTES,
    /** Somebody suspects a node that may well live. */
    SUSPICIONS;

    static EnumSet<FaultKind> drawn(SplittableRandom random) {
        EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        int perMille = random.nextInt(100, 900);
        for (FaultKind each : values()) {
            int share = each == PROMOTES ? perMille / 4 : perMille;
            if (random.nextInt(1000) < share) {
                kinds.add(each);
            }
        }
        return kinds;
    }
}
