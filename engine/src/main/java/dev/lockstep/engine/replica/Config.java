package dev.lockstep.engine.replica;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.transport.Transport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Who is a member, and under which rules: what a CONFIG frame says. Immutable.
 *
 * @param clusterId the cluster
 * @param epoch its epoch
 * @param lineage the epochs before, oldest first
 * @param mode when the primary applies
 * @param durability what an acknowledgement promises
 * @param stateMachineVersion the version that is active
 * @param members all of them, by number
 * @param skips the commands that no node applies, and the timers that fire on none, in the order in which that was decided
 */
public record Config(
        ClusterId clusterId,
        long epoch,
        List<Fork> lineage,
        Mode mode,
        Durability durability,
        int stateMachineVersion,
        List<Member> members,
        List<Skip> skips) {
    /** How many commands and timers may be skipped in all the life of a cluster. */
    public static final int MAX_SKIPS = 64;

    /**
     * @throws IllegalArgumentException if no cluster can be like that, with all that is wrong
     */
    public Config {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(durability, "durability");
        lineage = List.copyOf(lineage);
        members = List.copyOf(members);
        skips = List.copyOf(skips);
        List<String> mistakes = new ArrayList<>();
        if (!clusterId.isPresent()) {
            mistakes.add("a cluster without an id");
        }
        for (int i = 1; i < lineage.size(); i++) {
            if (lineage.get(i).epoch() <= lineage.get(i - 1).epoch()) {
                mistakes.add("epoch " + lineage.get(i).epoch() + " follows epoch "
                        + lineage.get(i - 1).epoch());
            }
        }
        if (!lineage.isEmpty() && lineage.get(lineage.size() - 1).epoch() >= epoch) {
            mistakes.add("epoch " + epoch + " is its own ancestor");
        }
        checkMembers(members, mistakes);
        checkSkips(skips, mistakes);
        if (stateMachineVersion < 0) {
            mistakes.add("version " + stateMachineVersion + " of the state machine");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    /** Nothing is skipped. */
    Config(
            ClusterId clusterId,
            long epoch,
            List<Fork> lineage,
            Mode mode,
            Durability durability,
            int stateMachineVersion,
            List<Member> members) {
        this(clusterId, epoch, lineage, mode, durability, stateMachineVersion, members, List.of());
    }

    private static void checkMembers(List<Member> members, List<String> mistakes) {
        Set<Identity> identities = new HashSet<>();
        int before = -1;
        int voters = 0;
        int witnesses = 0;
        for (Member each : members) {
            if (each.node() < 0 || each.node() > Transport.MAX_NODE) {
                mistakes.add("node " + each.node() + " is none from 0 to " + Transport.MAX_NODE);
            }
            if (each.node() <= before) {
                mistakes.add("node " + each.node() + " is listed after node " + before);
            }
            before = each.node();
            if (!identities.add(each.identity())) {
                mistakes.add("identity " + each.identity() + " is listed twice");
            }
            voters += each.kind() == MemberKind.VOTER ? 1 : 0;
            witnesses += each.kind() == MemberKind.WITNESS ? 1 : 0;
        }
        if (voters == 0) {
            mistakes.add("nobody keeps the log and votes");
        }
        if (witnesses > 1 || (witnesses == 1 && voters > 2)) {
            mistakes.add("a witness goes with two data nodes, or one while the other is replaced: here are " + voters
                    + " and " + witnesses + " witnesses");
        }
    }

    private static void checkSkips(List<Skip> skips, List<String> mistakes) {
        Set<String> skipped = new HashSet<>();
        long before = 0;
        for (Skip each : skips) {
            if (!skipped.add(each.what())) {
                mistakes.add(each.what() + " is skipped twice");
            }
            if (each.since() < before) {
                mistakes.add("a skip since index " + each.since() + " is listed after one since " + before);
            }
            before = each.since();
        }
        if (skips.size() > MAX_SKIPS) {
            mistakes.add(MAX_SKIPS + " commands and timers may be skipped, not " + skips.size());
        }
    }

    /** @return the member at a node; null if there is none */
    public Member at(int node) {
        for (int i = 0; i < members.size(); i++) {
            Member each = members.get(i);
            if (each.node() == node) {
                return each;
            }
        }
        return null;
    }

    /** @return whether that identity counts, at that node */
    public boolean names(int node, Identity identity) {
        Member member = at(node);
        return member != null && member.identity().equals(identity);
    }

    /** @return those who elect */
    public List<Member> voters() {
        return members.stream().filter(Member::isVoter).toList();
    }

    /** @return those who keep the log and count for it */
    public List<Member> dataNodes() {
        return members.stream().filter(Member::isDataNode).toList();
    }

    /** @return whether a witness breaks ties */
    public boolean hasWitness() {
        return voters().size() > dataNodes().size();
    }

    /** @return how many voters are more than half of them */
    public int majority() {
        return voters().size() / 2 + 1;
    }

    /**
     * One more member, or another at the same place.
     *
     * @param member who
     * @return the configuration with it
     * @throws IllegalArgumentException if the place is taken
     */
    public Config withAdded(Member member) {
        if (at(member.node()) != null) {
            throw new IllegalArgumentException("node " + member.node() + " is a member already, with identity "
                    + at(member.node()).identity() + "; remove it first");
        }
        List<Member> next = new ArrayList<>(members);
        next.add(member);
        next.sort((a, b) -> Integer.compare(a.node(), b.node()));
        return with(next);
    }

    /**
     * One member less.
     *
     * @param node its number
     * @return the configuration without it
     * @throws IllegalArgumentException if it is none
     */
    public Config withRemoved(int node) {
        if (at(node) == null) {
            throw new IllegalArgumentException("node " + node + " is no member");
        }
        return with(members.stream().filter(each -> each.node() != node).toList());
    }

    /**
     * An observer that votes from now on.
     *
     * @param node its number
     * @return the configuration in which it does
     * @throws IllegalArgumentException if it is no observer
     */
    public Config withVoter(int node) {
        Member member = at(node);
        if (member == null || member.kind() != MemberKind.OBSERVER) {
            throw new IllegalArgumentException("node " + node + " is no observer");
        }
        Member voter = new Member(node, member.identity(), MemberKind.VOTER, member.address());
        return withRemoved(node).withAdded(voter);
    }

    /**
     * @param other when the primary applies from now on
     * @return the configuration with it
     */
    public Config withMode(Mode other) {
        return new Config(clusterId, epoch, lineage, other, durability, stateMachineVersion, members, skips);
    }

    /**
     * @param version of the state machine that is active from now on
     * @return the configuration with it
     */
    Config withStateMachineVersion(int version) {
        return new Config(clusterId, epoch, lineage, mode, durability, version, members, skips);
    }

    /**
     * One command less that is applied.
     *
     * @param skip which, and why
     * @return the configuration with it
     * @throws IllegalArgumentException if it is skipped already, or as many are as may be
     */
    Config withSkip(Skip skip) {
        List<Skip> next = new ArrayList<>(skips);
        next.add(skip);
        return new Config(clusterId, epoch, lineage, mode, durability, stateMachineVersion, members, next);
    }

    /**
     * The configuration that founds an epoch.
     *
     * @param newEpoch the epoch
     * @param fork where its parent ends: the epoch of this configuration, or a later one, if the node that founds has
     *     yielded to an epoch of which it never got a frame
     * @param voters the nodes that vote in it; observers stay
     * @return the configuration
     */
    Config founding(long newEpoch, Fork fork, Set<Integer> voters) {
        List<Fork> forks = new ArrayList<>(lineage);
        if (fork.epoch() != epoch) {
            forks.add(new Fork(epoch, fork.last(), fork.foundingTerm(), fork.founder()));
        }
        forks.add(fork);
        List<Member> kept = members.stream()
                .filter(each -> !each.isVoter() || voters.contains(each.node()))
                .toList();
        return new Config(clusterId, newEpoch, forks, mode, durability, stateMachineVersion, kept, skips);
    }

    /** @return where the epoch forked; there was one before it */
    Fork lastFork() {
        return lineage.get(lineage.size() - 1);
    }

    /** @return where an ancestor of this epoch ended; null if it is none */
    Fork forkOf(long ancestor) {
        for (Fork each : lineage) {
            if (each.epoch() == ancestor) {
                return each;
            }
        }
        return null;
    }

    /**
     * Asks whether a frame of an earlier epoch was left behind when a later one was founded.
     *
     * @param index its last index
     * @param term its term
     * @return up to where the log was kept then, if that is before the index; otherwise the index
     */
    public long keptUpTo(long index, long term) {
        long kept = index;
        for (Fork each : lineage) {
            if (term < each.foundingTerm()) {
                kept = Math.min(kept, each.lastIndex());
            }
        }
        return kept;
    }

    private Config with(List<Member> next) {
        return new Config(clusterId, epoch, lineage, mode, durability, stateMachineVersion, next, skips);
    }
}
