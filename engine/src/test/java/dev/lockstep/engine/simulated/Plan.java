package dev.lockstep.engine.simulated;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import dev.lockstep.storage.node.Durability;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * What one simulation is: all that happens in it follows from this.
 *
 * @param seed decides whatever is left to chance
 * @param voters how many data nodes the cluster is born with
 * @param hasWitness whether a witness is added to two of them
 * @param observers how many observers
 * @param mode when the primary applies
 * @param durability what an acknowledgement promises
 * @param kinds what goes wrong
 * @param faultyNs for how long
 * @param isLinked whether messages go over the real link code, on a network that is slower to simulate
 * @param isEngine whether nodes are whole engines, not replicas alone
 */
record Plan(
        long seed,
        int voters,
        boolean hasWitness,
        int observers,
        Mode mode,
        Durability durability,
        EnumSet<FaultKind> kinds,
        long faultyNs,
        boolean isLinked,
        boolean isEngine) {
    private static final int LINKED_ONE_IN = 250;
    private static final String ENGINE = ",ENGINE";

    /** @return the same for nodes that are whole engines */
    Plan ofEngines() {
        return new Plan(seed, voters, hasWitness, observers, mode, durability, kinds, faultyNs, isLinked, true);
    }

    static Plan drawn(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean hasWitness = random.nextInt(5) == 0;
        int voters = hasWitness ? 2 : drawnVoters(random);
        EnumSet<FaultKind> kinds = FaultKind.drawn(random);
        // A node that is alone and does not flush may lose what it acknowledged, and says so.
        boolean isFlushed = random.nextInt(3) == 0 || (voters == 1 && kinds.contains(FaultKind.POWER_CUTS));
        int observers = random.nextInt(4) == 0 ? 1 : 0;
        Mode mode = random.nextInt(4) == 0 ? Mode.ASYNC : Mode.SYNC;
        long faultyNs = random.nextLong(2_000_000_000L, 8_000_000_000L);
        boolean isLinked = random.nextInt(LINKED_ONE_IN) == 0;
        kinds.addAll(FaultKind.drawnLast(random));
        Durability durability = isFlushed ? Durability.FLUSHED : Durability.APPENDED;
        return new Plan(seed, voters, hasWitness, observers, mode, durability, kinds, faultyNs, isLinked, false);
    }

    private static int drawnVoters(SplittableRandom random) {
        int draw = random.nextInt(20);
        if (draw < 12) {
            return 3;
        }
        return draw < 14 ? 5 : draw == 14 ? 1 : draw == 15 ? 7 : draw < 18 ? 2 : 4;
    }

    List<Founder> founders() {
        List<Founder> founders = new ArrayList<>();
        int node = 1;
        for (int i = 0; i < voters; i++) {
            founders.add(new Founder(node, MemberKind.VOTER, addressOf(node++)));
        }
        if (hasWitness) {
            founders.add(new Founder(node, MemberKind.WITNESS, addressOf(node++)));
        }
        for (int i = 0; i < observers; i++) {
            founders.add(new Founder(node, MemberKind.OBSERVER, addressOf(node++)));
        }
        return founders;
    }

    /** Engines write names into addresses. */
    String addressOf(int node) {
        String address = "node" + node + ":9000";
        return isEngine ? "node" + node + "=" + address : address;
    }

    boolean has(FaultKind kind) {
        return kinds.contains(kind);
    }

    Plan without(FaultKind kind) {
        EnumSet<FaultKind> fewer = EnumSet.copyOf(kinds);
        fewer.remove(kind);
        return new Plan(seed, voters, hasWitness, observers, mode, durability, fewer, faultyNs, isLinked, isEngine);
    }

    Plan withVoters(int fewer) {
        return new Plan(seed, fewer, hasWitness, observers, mode, durability, kinds, faultyNs, isLinked, isEngine);
    }

    Plan withoutObservers() {
        return new Plan(seed, voters, hasWitness, 0, mode, durability, kinds, faultyNs, isLinked, isEngine);
    }

    Plan withFaultyNs(long shorter) {
        return new Plan(seed, voters, hasWitness, observers, mode, durability, kinds, shorter, isLinked, isEngine);
    }

    /** @return what {@link #parse} reads */
    @Override
    public String toString() {
        String kindNames = kinds.stream().map(Enum::name).collect(Collectors.joining("+"));
        String plan = String.join(
                ",",
                Long.toString(seed),
                Integer.toString(voters),
                Boolean.toString(hasWitness),
                Integer.toString(observers),
                mode.name(),
                durability.name(),
                kindNames.isEmpty() ? "NONE" : kindNames,
                Long.toString(faultyNs),
                Boolean.toString(isLinked));
        return isEngine ? plan + ENGINE : plan;
    }

    /** @return the command that runs this simulation again */
    String command() {
        return "./mvnw -pl engine -am test -Dtest=" + (isEngine ? "Engine" : "")
                + "SimulationTest#replay -Dsurefire.failIfNoSpecifiedTests=false" + " -Dsimulation.replay=" + this;
    }

    static Plan parse(String text) {
        String[] parts = text.split(",", -1);
        EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        if (!parts[6].equals("NONE")) {
            for (String each : parts[6].split("\\+", -1)) {
                kinds.add(FaultKind.valueOf(each));
            }
        }
        return new Plan(
                Long.parseLong(parts[0]),
                Integer.parseInt(parts[1]),
                Boolean.parseBoolean(parts[2]),
                Integer.parseInt(parts[3]),
                Mode.valueOf(parts[4]),
                Durability.valueOf(parts[5]),
                kinds,
                Long.parseLong(parts[7]),
                Boolean.parseBoolean(parts[8]),
                text.endsWith(ENGINE));
    }
}
