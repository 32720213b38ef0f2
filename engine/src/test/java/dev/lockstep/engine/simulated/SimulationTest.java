package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clusters of real replicas under every fault that PROTOCOL M lists, in a mix that each seed draws, with everything that
 * must hold checked at every step.
 *
 * <p>{@code -Dsimulation.seeds=N} runs that many, {@code -Dsimulation.first=N} begins with that one,
 * {@code -Dsimulation.replay=PLAN} tells step by step what happens in one.
 */
final class SimulationTest {
    private static final long SEEDS = Long.getLong("simulation.seeds", 2_000);
    private static final long FIRST = Long.getLong("simulation.first", 1);
    private static final long PROGRESS_NS = 10_000_000_000L;

    @Test
    void nothingThatMustHoldIsEverBroken() {
        SimulationTally tally = new SimulationTally(SEEDS);
        long saidNs = System.nanoTime();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            tally.add(run(Plan.drawn(seed)));
            if (System.nanoTime() - saidNs > PROGRESS_NS) {
                saidNs = System.nanoTime();
                System.out.println(tally);
            }
        }
        System.out.println(tally);
        assertThat(tally.acknowledged()).as("commands that were acknowledged").isGreaterThan(10 * SEEDS);
        assertThat(tally.reads()).as("reads that were confirmed").isGreaterThan(SEEDS);
        assertThat(tally.livenessVerdicts())
                .as("quorums that were seen to commit in a calm")
                .isGreaterThan(SEEDS / 25);
        assertThat(tally.outsideTheModel()).as("simulations that ended early").isLessThanOrEqualTo(SEEDS / 10);
    }

    private static SimulatedCluster run(Plan plan) {
        SimulatedCluster cluster = new SimulatedCluster(plan);
        try {
            cluster.run();
        } catch (Violation e) {
            Plan smallest = new Shrinker().shrink(plan, e.check());
            throw new AssertionError(
                    "seed " + plan.seed() + ": " + e.getMessage()
                            + "\nthe smallest plan in which the same check fails: " + smallest
                            + "\nto see it step by step: " + smallest.command(),
                    e);
        }
        return cluster;
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 50, 226, 407, 842, 1097, 4905})
    void theSameSeedBringsTheSameStepByStep(long seed) {
        assertThat(run(Plan.drawn(seed)).traceHash())
                .isEqualTo(run(Plan.drawn(seed)).traceHash());
    }

    @Test
    void anotherSeedBringsSomethingElse() {
        assertThat(run(Plan.drawn(3)).traceHash())
                .isNotEqualTo(run(Plan.drawn(4)).traceHash());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 30, 77})
    void aPlanIsReadAsItWasWritten(long seed) {
        Plan plan = Plan.drawn(seed);
        assertThat(Plan.parse(plan.toString())).isEqualTo(plan);
    }

    @Test
    void anEmptyPlanHasNoFaults() {
        Plan quiet = Plan.parse("9,3,false,1,SYNC,APPENDED,NONE,1000000000,false");
        assertThat(run(quiet).oracle.acknowledged()).isGreaterThan(50);
    }

    /** What was wrong once, in the words of what it was. The plan is whole, so it stays the same whatever seeds draw. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a standby that had become whole again never said so, and what it held never counted"
                        + "|20,2,false,1,ASYNC,APPENDED,ROUGH_NETWORK+DISORDER+PARTITIONS+DAMAGE+SNAPSHOTS+PROMOTES,3230580383,false",
                "a read was answered before the first frame of the reign had found room in the journal"
                        + "|67,3,false,0,SYNC,FLUSHED,ROUGH_NETWORK+PAUSES+POWER_CUTS+FULL_DISKS+TRANSFERS+SUSPICIONS,3538297500,false",
                "ALL_FLUSHED was told when no standby was live and only the primary had flushed"
                        + "|77,3,false,1,ASYNC,APPENDED,DAMAGE+FULL_DISKS+SNAPSHOTS+MEMBERSHIP,6748859641,false",
                "standbys whose whole logs were damaged while nothing was submitted were never sent anything again"
                        + "|842,5,false,1,SYNC,APPENDED,DAMAGE+SUSPICIONS,2659668666,false",
                "a node that yielded to another epoch took the fork's index for the place where the two logs part"
                        + "|1097,3,false,0,SYNC,FLUSHED,DISORDER+PARTITIONS+POWER_CUTS+CLOCKS+MEMBERSHIP+PROMOTES,4282634574,false",
                "a standby without room was sent the same frames again as fast as it could refuse them"
                        + "|9,3,false,0,SYNC,FLUSHED,FULL_DISKS+CLOCKS+MEMBERSHIP+TRANSFERS,2730690453,false",
                "two nodes without a configuration told each other of their epochs for ever"
                        + "|998,3,false,0,SYNC,APPENDED,ROUGH_NETWORK+GHOSTS+DISORDER+KILLS+PAUSES+DAMAGE+FULL_DISKS+FAILING_DISKS+SNAPSHOTS+MEMBERSHIP+TRANSFERS+PROMOTES+SUSPICIONS,4572458709,false",
                "a frame that was to found an epoch, and did not, was found at a start and founded it after all"
                        + "|100090,3,false,0,SYNC,APPENDED,ROUGH_NETWORK+GHOSTS+POWER_CUTS+DAMAGE+FULL_DISKS+PROMOTES,7904815524,false",
                "two frames of two epochs that had the number of a term in common were taken for damage"
                        + "|100966,3,false,0,SYNC,FLUSHED,GHOSTS+PARTITIONS+KILLS+PAUSES+FULL_DISKS+MEMBERSHIP+TRANSFERS+PROMOTES+SUSPICIONS,5564753628,false",
                "an epoch was founded on a log of the epoch before, for its term had a greater number"
                        + "|109632,3,false,0,SYNC,APPENDED,ROUGH_NETWORK+GHOSTS+DISORDER+KILLS+PAUSES+DAMAGE+LOST_DISKS+FULL_DISKS+SNAPSHOTS+MEMBERSHIP+TRANSFERS+PROMOTES,4523062452,false",
                "a yield by way of an epoch between was taken for one to another branch, by the check"
                        + "|195998,2,true,0,SYNC,FLUSHED,PARTITIONS+PAUSES+POWER_CUTS+DAMAGE+SNAPSHOTS+PROMOTES,4654498459,false",
                "a log behind a snapshot of another branch met the founder's as if both had begun in the same place"
                        + "|147946,3,false,1,SYNC,FLUSHED,ROUGH_NETWORK+GHOSTS+DISORDER+PARTITIONS+LOST_DISKS+FULL_DISKS+SNAPSHOTS+PROMOTES+SUSPICIONS,2717501913,false",
                "frames beside a snapshot that was not installed yet were taken for committed after a power cut"
                        + "|301472,3,false,1,ASYNC,FLUSHED,GHOSTS+DISORDER+PARTITIONS+KILLS+PAUSES+POWER_CUTS+DAMAGE+LOST_DISKS+FULL_DISKS+FAILING_DISKS+CLOCKS+SNAPSHOTS+MEMBERSHIP+TRANSFERS+SUSPICIONS+DAMAGED_BALLOTS+FULL_SMALL_FILES+SET_BACK_DISKS+CLONED_DISKS,2714501904,false"
            })
    void whatWasWrongOnceStaysRight(String what, String plan) {
        assertThat(run(Plan.parse(plan)).oracle.committedFrames()).as(what).isPositive();
    }

    /** Tells what happens, step by step; for a person who looks for the cause. */
    @Test
    @EnabledIfSystemProperty(named = "simulation.replay", matches = ".+")
    void replay() {
        SimulatedCluster cluster = new SimulatedCluster(Plan.parse(System.getProperty("simulation.replay")), true);
        try {
            cluster.run();
        } finally {
            cluster.log().forEach(System.out::println);
        }
    }
}
