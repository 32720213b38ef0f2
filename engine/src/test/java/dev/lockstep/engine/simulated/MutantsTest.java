package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The simulator is itself tested: each safety rule is switched off in the bytecode of the replica, or of what it stands
 * on, and the simulation must find it. {@code -Dsimulation.mutant=NAME -Dsimulation.seeds=N} runs one of them for long,
 * from the first seed on.
 */
final class MutantsTest {
    private static final int SEEDS = 300;
    private static final int SAFETY_LINES = 32;

    /** What became of a mutant. */
    private record Fate(Mutant mutant, String said, int runs, long seed, double seconds) {
        boolean isCaught() {
            return said != null;
        }

        @Override
        public String toString() {
            String by = said == null ? "SURVIVES" : said.substring(0, said.indexOf(':'));
            String where = mutant.script != null ? mutant.script : runs + " seeds, to seed " + seed;
            return String.format("%4d  %-34s %-18s %5.1f s  %s", mutant.safetyLine, mutant, by, seconds, where);
        }
    }

    private final UnaryOperator<String> asItIs = MutantRun.in(new MutatedLoader(Map.of()));

    @Test
    void everyMutantIsCaught() {
        String only = System.getProperty("simulation.mutant");
        int seeds = Integer.getInteger("simulation.seeds", SEEDS);
        List<Fate> fates = new ArrayList<>();
        for (Mutant each : Mutant.values()) {
            if (only == null || only.equals(each.name())) {
                fates.add(hunt(each, only == null ? each.firstSeed : 1, seeds));
            }
        }
        if (only == null) {
            assertThat(IntStream.rangeClosed(1, SAFETY_LINES))
                    .allSatisfy(line -> assertThat(fates).anyMatch(each -> each.mutant().safetyLine == line));
        }
        StringBuilder table = new StringBuilder("line  mutant, and which check catches it\n");
        fates.forEach(each -> table.append(each).append('\n'));
        System.out.println(table);
        assertThat(fates).isNotEmpty().allMatch(Fate::isCaught);
    }

    /** Until something is wrong with the mutant that is not with the code as it is. */
    private Fate hunt(Mutant mutant, long firstSeed, int seeds) {
        long startNs = System.nanoTime();
        UnaryOperator<String> mutated = MutantRun.in(new MutatedLoader(mutant.changes));
        String said = mutant.script == null ? null : run(mutant.script, mutated);
        int runs = 0;
        long seed = firstSeed;
        while (mutant.script == null && said == null && runs < seeds) {
            Plan plan = mutant.plan(seed);
            if (mutant.plans.test(plan)) {
                said = run(plan.toString(), mutated);
                runs++;
            }
            seed++;
        }
        return new Fate(mutant, said, runs, seed - 1, (System.nanoTime() - startNs) / 1e9);
    }

    private String run(String what, UnaryOperator<String> mutated) {
        String said = mutated.apply(what);
        if (said != null) {
            assertThat(said)
                    .as("a mutant is caught by a check, not by a mutation that does not fit")
                    .doesNotContain("an exception that nobody expects");
            assertThat(asItIs.apply(what))
                    .as("what catches a mutant must not be wrong with the code as it is: %s", what)
                    .isNull();
        }
        return said;
    }
}
