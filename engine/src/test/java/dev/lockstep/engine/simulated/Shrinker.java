package dev.lockstep.engine.simulated;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes a failing plan smaller: fewer kinds of faults, fewer nodes, a shorter time, as long as the same check fails. What
 * is left is what a person looks at.
 */
final class Shrinker {
    private static final int MOST_RUNS = 200;
    private static final long SHORTEST_NS = 200_000_000;

    private int runs;

    /** @return a plan that fails in the same check, and cannot be made smaller in one step */
    Plan shrink(Plan failing, Check check) {
        Plan smallest = failing;
        boolean isSmaller = true;
        while (isSmaller && runs < MOST_RUNS) {
            isSmaller = false;
            for (Plan each : smallerThan(smallest)) {
                if (runs < MOST_RUNS && fails(each, check)) {
                    smallest = each;
                    isSmaller = true;
                    break;
                }
            }
        }
        return smallest;
    }

    private static List<Plan> smallerThan(Plan plan) {
        List<Plan> smaller = new ArrayList<>();
        for (FaultKind each : plan.kinds()) {
            smaller.add(plan.without(each));
        }
        if (plan.observers() > 0) {
            smaller.add(plan.withoutObservers());
        }
        if (!plan.hasWitness() && plan.voters() > 3) {
            smaller.add(plan.withVoters(plan.voters() - 1));
        }
        if (plan.faultyNs() > SHORTEST_NS) {
            smaller.add(plan.withFaultyNs(plan.faultyNs() / 2));
            smaller.add(plan.withFaultyNs(plan.faultyNs() * 9 / 10));
        }
        return smaller;
    }

    private boolean fails(Plan plan, Check check) {
        runs++;
        try {
            new SimulatedCluster(plan).run();
            return false;
        } catch (Violation e) {
            return e.check() == check;
        }
    }
}
