package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.observe.EngineCounter;
import dev.lockstep.engine.observe.EngineCounters;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.agrona.concurrent.NanoClock;

/** What the node is, for whoever asks: written by the hot thread, read by any. */
final class NodeView implements CommandAnswers.Node {
    private static final Pattern NUMBERED = Pattern.compile("\\bnode ([0-9]{1,3})\\b");

    /** What it looks at besides what it is told. */
    record Parts(
            String name,
            int self,
            EngineCounters counters,
            Journal journal,
            SnapshotStore snapshots,
            Applier applier,
            NodeState state,
            StandbyTable standbys,
            Supplier<List<String>> errors,
            NanoClock clock) {}

    /** Read in one: a role of one reign with the term of another would be a wrong fencing token. */
    private record Reign(Role role, Term term) {}

    private final Parts parts;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile Reign reign = new Reign(Role.UNBORN, new Term(0, 0));
    private volatile int primary = -1;
    private volatile Config config;
    private volatile boolean isWithoutQuorum;
    private volatile boolean isOneCopy;
    private volatile boolean isRecovering;

    NodeView(Parts parts) {
        this.parts = parts;
    }

    // ---- the hot thread

    void onRole(Role newRole, Term newTerm) {
        reign = new Reign(newRole, newTerm);
    }

    void onConfig(Config newConfig) {
        config = newConfig;
    }

    /** Any thread. @return the epoch of the configuration in force; zero if there is none */
    long configEpoch() {
        Config known = config;
        return known == null ? 0 : known.epoch();
    }

    /** @return whether other nodes keep the log too */
    boolean isOneOfSeveral() {
        return config != null && config.dataNodes().size() > 1;
    }

    void onTurn(Replica replica) {
        int newPrimary = replica.primary();
        if (newPrimary != primary) {
            primary = newPrimary;
        }
        if (replica.isLonely() != isWithoutQuorum) {
            isWithoutQuorum = !isWithoutQuorum;
        }
        if (replica.isOneCopy() != isOneCopy) {
            isOneCopy = !isOneCopy;
        }
        if (replica.isRecovering() != isRecovering) {
            isRecovering = !isRecovering;
        }
    }

    // ---- any thread

    /** The node stops, or has stopped: the first reason stands. */
    void onFailure(Throwable why) {
        failure.compareAndSet(null, why);
    }

    void onClosed() {
        reign = new Reign(Role.CLOSED, reign.term());
        parts.counters().set(EngineCounter.ROLE, dev.lockstep.engine.observe.RoleReport.numberOf(Role.CLOSED));
    }

    @Override
    public Throwable failure() {
        return failure.get();
    }

    Role role() {
        return reign.role();
    }

    long term() {
        return reign.term().number();
    }

    @Override
    public EngineException applierFailure() {
        return parts.applier().failure();
    }

    /** @return whether its applier has stopped, and that is where */
    boolean isStoppedAt(long index) {
        return parts.applier().failedIndex() == index;
    }

    @Override
    public boolean isClosing() {
        return parts.state().isClosing();
    }

    @Override
    public boolean isPrimaryElsewhere() {
        int known = primary;
        return known >= 0 && known != parts.self();
    }

    @Override
    public String whyNotOpen() {
        int known = primary;
        if (known >= 0 && known != parts.self()) {
            String who = nameOf(known);
            return "the primary is node " + (who.isEmpty() ? Integer.toString(known) : who) + ", and this is node "
                    + parts.name();
        }
        EngineException stopped = parts.applier().failure();
        if (stopped != null) {
            return "node " + parts.name() + " applies nothing more. " + stopped.getMessage();
        }
        if (parts.state().isClosing()) {
            return "node " + parts.name() + " is about to close";
        }
        return known == parts.self()
                ? "node " + parts.name() + " is the primary, but has only begun to be, or hands over to another one"
                : "no primary is known to node " + parts.name();
    }

    /** @return up to where what was read behind an index, in a term, is of this node's history; the index if all is */
    long keptUpTo(long index, long term) {
        Config known = config;
        return known == null ? index : known.keptUpTo(index, term);
    }

    private String nameOf(int node) {
        Config known = config;
        Member member = known == null ? null : known.at(node);
        return member == null
                ? ""
                : ListedMember.ofAddress(node, member.address()).name();
    }

    /** @return the number of a member, or of one that is listed; 0 if nobody is called so */
    int numberOf(String who, MemberList listed) {
        Config known = config;
        for (Member each : known == null ? List.<Member>of() : known.members()) {
            if (ListedMember.ofAddress(each.node(), each.address()).name().equals(who)) {
                return each.node();
            }
        }
        return listed.numberOf(who);
    }

    /** @return the members' names; those that are listed, while no cluster has taken the node in */
    List<String> names(MemberList listed) {
        Config known = config;
        return known == null
                ? listed.members().stream().map(ListedMember::name).toList()
                : known.members().stream().map(each -> nameOf(each.node())).toList();
    }

    /** @return a message that speaks of nodes by their numbers, in their names where they have one */
    String inNames(String message) {
        return NUMBERED.matcher(message).replaceAll(found -> {
            String who = nameOf(Integer.parseInt(found.group(1)));
            return "node " + (who.isEmpty() ? found.group(1) : who);
        });
    }

    /** @return a number that nobody has who is a member, or listed */
    int nextNumber(MemberList listed) {
        Config known = config;
        int next = listed.members().stream().mapToInt(ListedMember::node).max().orElse(0) + 1;
        for (Member each : known == null ? List.<Member>of() : known.members()) {
            next = Math.max(next, each.node() + 1);
        }
        return next;
    }

    EngineStatus status() {
        Config known = config;
        Reign now = reign;
        long lastIndex = parts.journal().appendedIndex();
        return new EngineStatus(
                parts.name(),
                now.role(),
                parts.state().isOpen(),
                nameOf(primary),
                now.term().number(),
                now.term().epoch(),
                lastIndex,
                parts.journal().flushedIndex(),
                parts.state().committed(),
                parts.applier().appliedIndex(),
                snapshotIndex(),
                parts.journal().base().index(),
                known == null ? null : known.mode(),
                known == null ? 0 : known.stateMachineVersion(),
                known == null
                        ? List.of()
                        : known.members().stream().map(NodeView::describe).toList(),
                known == null
                        ? List.of()
                        : parts.standbys()
                                .describe(known, lastIndex, parts.clock().nanoTime()),
                isWithoutQuorum,
                isOneCopy,
                isRecovering,
                parts.applier().failure(),
                parts.applier().failedIndex(),
                failure.get(),
                parts.counters().all(),
                parts.errors().get());
    }

    private long snapshotIndex() {
        SnapshotManifest newest = Kept.newest(parts.snapshots().kept());
        return newest == null ? 0 : newest.last().index();
    }

    private static String describe(Member member) {
        return ListedMember.ofAddress(member.node(), member.address())
                .withKind(member.kind())
                .toString();
    }
}
