package dev.lockstep.engine.replica;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.transport.Transport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What a replica is told of itself and its cluster. Once the cluster is born, its CONFIG says who is a member.
 *
 * @param node its number
 * @param founders the members that the cluster is to be born with
 * @param mode when the primary applies, at birth
 * @param durability what an acknowledgement promises, at birth
 * @param heartbeatNs how often a primary makes itself heard
 * @param electionTimeoutNs how long it may not be heard; one node waits up to twice as long
 * @param priority how many election timeouts this node leaves the others before it campaigns; prefers, never decides
 * @param catchUpBytes how much a standby that is behind is sent in one turn
 * @param stateMachineVersion the highest version of the state machine that this node can apply
 */
public record ReplicaSettings(
        int node,
        List<Founder> founders,
        Mode mode,
        Durability durability,
        long heartbeatNs,
        long electionTimeoutNs,
        int priority,
        int catchUpBytes,
        int stateMachineVersion) {
    /** What elections take on a network without faults: three tenths of a second. */
    public static final long DEFAULT_ELECTION_TIMEOUT_NS = 300_000_000;

    private static final int LEAST_HEARTBEATS = 3;
    static final int MAX_PRIORITY = 10;

    /**
     * One of the members that the cluster is to be born with.
     *
     * @param node its number
     * @param kind what it will count for
     * @param address where it is
     */
    public record Founder(int node, MemberKind kind, String address) {
        @Override
        public String toString() {
            String suffix = kind == MemberKind.VOTER ? "" : "/" + kind.name().toLowerCase(Locale.ROOT);
            return node + "=" + address + suffix;
        }
    }

    /**
     * @throws IllegalArgumentException naming every mistake at once
     */
    public ReplicaSettings {
        founders = List.copyOf(founders);
        List<String> mistakes = new ArrayList<>();
        int self = node;
        if (founders.stream().noneMatch(each -> each.node() == self)) {
            mistakes.add("node " + node + " is not in the member list " + founders);
        }
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(durability, "durability");
        checkFounders(founders, mistakes);
        if (heartbeatNs <= 0 || electionTimeoutNs / LEAST_HEARTBEATS < heartbeatNs) {
            mistakes.add("heartbeatNs is " + heartbeatNs + " and electionTimeoutNs " + electionTimeoutNs + "; at least "
                    + LEAST_HEARTBEATS + " heartbeats must fit one timeout");
        }
        if (priority < 0 || priority > MAX_PRIORITY) {
            mistakes.add("priority is " + priority + "; it must be from 0 to " + MAX_PRIORITY);
        }
        if (stateMachineVersion <= 0) {
            mistakes.add("stateMachineVersion is " + stateMachineVersion + "; versions begin at 1");
        }
        if (catchUpBytes <= 0) {
            mistakes.add("catchUpBytes is " + catchUpBytes + "; it must be positive");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    private static void checkFounders(List<Founder> founders, List<String> mistakes) {
        Set<Integer> nodes = new HashSet<>();
        int voters = 0;
        int witnesses = 0;
        for (Founder each : founders) {
            if (!nodes.add(each.node()) || each.node() < 0 || each.node() > Transport.MAX_NODE) {
                mistakes.add(
                        "node " + each.node() + " is listed twice, or is no number from 0 to " + Transport.MAX_NODE);
            }
            voters += each.kind() == MemberKind.VOTER ? 1 : 0;
            witnesses += each.kind() == MemberKind.WITNESS ? 1 : 0;
        }
        if (voters == 0 || witnesses > 1 || (witnesses == 1 && voters != 2)) {
            mistakes.add("a cluster is born with at least one data node, and a witness goes with exactly two: here are "
                    + voters + " and " + witnesses + " witnesses");
        }
    }

    /**
     * @param node its number
     * @param founders the members that the cluster is to be born with
     * @return what is right for most
     */
    public static ReplicaSettings of(int node, List<Founder> founders) {
        Durability durability = isSingle(founders) ? Durability.FLUSHED : Durability.APPENDED;
        return new ReplicaSettings(
                node,
                founders,
                Mode.SYNC,
                durability,
                DEFAULT_ELECTION_TIMEOUT_NS / 10,
                DEFAULT_ELECTION_TIMEOUT_NS,
                0,
                256 << 10,
                1);
    }

    /**
     * @param newMode when the primary applies, at birth
     * @param newDurability what an acknowledgement promises, at birth
     * @return the same otherwise
     */
    public ReplicaSettings with(Mode newMode, Durability newDurability) {
        return new ReplicaSettings(
                node,
                founders,
                newMode,
                newDurability,
                heartbeatNs,
                electionTimeoutNs,
                priority,
                catchUpBytes,
                stateMachineVersion);
    }

    /** @return whether the cluster is meant to have one voter only */
    boolean isSingle() {
        return isSingle(founders);
    }

    private static boolean isSingle(List<Founder> founders) {
        return founders.stream()
                        .filter(each -> each.kind() != MemberKind.OBSERVER)
                        .count()
                == 1;
    }

    /** @return whether this node is to be the witness */
    boolean isWitness() {
        return founders.stream().anyMatch(each -> each.node() == node && each.kind() == MemberKind.WITNESS);
    }

    /** @return the member list, in one way of writing for all that have the same */
    String memberList() {
        return founders.stream()
                .sorted((a, b) -> Integer.compare(a.node(), b.node()))
                .map(Founder::toString)
                .reduce((a, b) -> a + "," + b)
                .orElseThrow();
    }
}
