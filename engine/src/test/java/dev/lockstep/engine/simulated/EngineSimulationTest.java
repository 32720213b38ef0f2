package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Outcome;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clusters of whole engines, from the submitters' rings to the state machine and back, under the same faults as those of
 * replicas alone. What everybody is told is held to what one node that never fails would make of the committed log.
 *
 * <p>{@code -Dsimulation.seeds=N} runs that many, {@code -Dsimulation.first=N} begins with that one,
 * {@code -Dsimulation.replay=PLAN} tells step by step what happens in one.
 */
final class EngineSimulationTest {
    private static final long SEEDS = Long.getLong("simulation.seeds", 300);
    private static final long FIRST = Long.getLong("simulation.first", 1);

    @Test
    void nothingThatMustHoldIsEverBroken() {
        SimulationTally tally = new SimulationTally(SEEDS);
        Map<Outcome, Long> told = new EnumMap<>(Outcome.class);
        long followed = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            SimulatedCluster cluster = run(Plan.drawn(seed).ofEngines());
            tally.add(cluster);
            followed += ((EngineLoad) cluster.workload).followed();
            ((EngineLoad) cluster.workload).told().forEach((outcome, count) -> told.merge(outcome, count, Long::sum));
        }
        System.out.println(tally + "; told " + told + "; followed " + followed);
        assertThat(tally.reads()).as("reads that were answered").isGreaterThan(20 * SEEDS);
        assertThat(followed).as("commands that were followed").isGreaterThan(200 * SEEDS);
        assertThat(tally.driftsFound()).as("drifts that were found").isGreaterThan(SEEDS / 60);
        assertThat(told.get(Outcome.APPLIED)).as("commands that were applied").isGreaterThan(100 * SEEDS);
        assertThat(told)
                .as("all that may become of a command, but for what only those hear who ask again")
                .containsKeys(
                        Outcome.REJECTED, Outcome.OUTDATED, Outcome.ACCEPTED, Outcome.NOT_APPLIED, Outcome.UNKNOWN);
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
    @ValueSource(longs = {3, 50, 136, 226})
    void theSameSeedBringsTheSameStepByStep(long seed) {
        assertThat(run(Plan.drawn(seed).ofEngines()).traceHash())
                .isEqualTo(run(Plan.drawn(seed).ofEngines()).traceHash());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 30})
    void aPlanIsReadAsItWasWritten(long seed) {
        Plan plan = Plan.drawn(seed).ofEngines();
        assertThat(Plan.parse(plan.toString())).isEqualTo(plan);
    }

    /** What was wrong once, in the words of what it was. The plan is whole, so it stays the same whatever seeds draw. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a node whose log began behind a snapshot applied nothing, or began with another frame, after a start"
                        + "|21,3,false,0,SYNC,APPENDED,GHOSTS+PARTITIONS+KILLS+DAMAGE+FULL_DISKS+SNAPSHOTS,3645897390,false,ENGINE",
                "a state that was loaded from a snapshot said that it stood at no index"
                        + "|4,1,false,1,SYNC,FLUSHED,ROUGH_NETWORK+GHOSTS+PARTITIONS+POWER_CUTS+LOST_DISKS+FULL_DISKS+SNAPSHOTS+MEMBERSHIP+TRANSFERS+PROMOTES+SUSPICIONS,6082021381,false,ENGINE",
                "a linearizable read saw what was applied ahead of the commit, and what a reign before had applied passed for"
                        + " committed"
                        + "|7,5,false,0,ASYNC,APPENDED,GHOSTS+DISORDER+PARTITIONS+DAMAGE+SET_BACK_DISKS,3324129407,false,ENGINE",
                "an applier that met damage went on with the first frame of the log"
                        + "|136,3,false,0,ASYNC,APPENDED,PARTITIONS+KILLS+PAUSES+DAMAGE+FULL_SMALL_FILES+FAILING_SMALL_FILES+SET_BACK_DISKS+CLONED_DISKS,2205174662,false,ENGINE",
                "the replies of a session that was closed, applied a second time, filled a lane that nobody reads"
                        + "|1376,7,false,1,ASYNC,APPENDED,ROUGH_NETWORK+DISORDER+PARTITIONS+KILLS+PAUSES+DAMAGE+LOST_DISKS+FULL_DISKS+FAILING_DISKS+CLOCKS+SET_BACK_DISKS+CLONED_DISKS,3897599501,false,ENGINE",
                "a snapshot that was of no use yet when the process began was never loaded"
                        + "|2561,3,false,0,ASYNC,FLUSHED,GHOSTS+DISORDER+PARTITIONS+KILLS+PAUSES+DAMAGE+FULL_DISKS+CLOCKS+SNAPSHOTS+MEMBERSHIP+PROMOTES,6234027102,false,ENGINE",
                "what a submitter was given by a reply was missing in the report of what was orphaned"
                        + "|81,3,false,0,ASYNC,APPENDED,PARTITIONS,3694915436,false,ENGINE"
            })
    void whatWasWrongOnceStaysRight(String what, String plan) {
        SimulatedCluster cluster = run(Plan.parse(plan));
        assertThat(((EngineLoad) cluster.workload).told().get(Outcome.APPLIED))
                .as(what)
                .isPositive();
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
