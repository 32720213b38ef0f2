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
    /** A whole disk is lost. */
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
    SUSPICIONS,
    /** A ballot or a register can no longer be read, or is not there any more. */
    DAMAGED_BALLOTS,
    /** There is no room for ballots, registers and orphans for a while. */
    FULL_SMALL_FILES,
    /** A force of a ballot, of a register or of orphans fails. */
    FAILING_SMALL_FILES,
    /** A whole disk is set back to what it was some time ago. */
    SET_BACK_DISKS,
    /** A disk is copied, and another process of the node begins with the copy while the one before lives on. */
    CLONED_DISKS,
    /** A state becomes another one than that of most nodes. */
    DRIFT;

    /** They are drawn after all else, so that a seed which draws none of them brings what it brought before they were. */
    private static final EnumSet<FaultKind> DRAWN_LAST = EnumSet.range(DAMAGED_BALLOTS, DRIFT);

    private static final int ANY_OF_LAST_ONE_IN = 3;

    /** @return whether that one draws, wherever something is drawn for each kind, after all others */
    boolean isDrawnLast() {
        return DRAWN_LAST.contains(this);
    }

    static EnumSet<FaultKind> drawn(SplittableRandom random) {
        EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        int perMille = random.nextInt(100, 900);
        for (FaultKind each : EnumSet.complementOf(DRAWN_LAST)) {
            int share = each == PROMOTES ? perMille / 4 : perMille;
            if (random.nextInt(1000) < share) {
                kinds.add(each);
            }
        }
        return kinds;
    }

    static EnumSet<FaultKind> drawnLast(SplittableRandom random) {
        EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        if (random.nextInt(ANY_OF_LAST_ONE_IN) == 0) {
            int perMille = random.nextInt(200, 900);
            for (FaultKind each : DRAWN_LAST) {
                if (random.nextInt(1000) < perMille) {
                    kinds.add(each);
                }
            }
        }
        return kinds;
    }
}
