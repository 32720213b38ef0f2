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
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/** What the node is, for whoever asks: written by the hot thread, read by any. */
final class NodeView implements CommandAnswers.Node {
    private static final Pattern NUMBERED = Pattern.compile("\\bnode ([0-9]{1,3})\\b");

    private final String name;
    private final int self;
    private final EngineCounters counters;
    private final Journal journal;
    private final Applier applier;
    private final NodeState state;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile Role role = Role.UNBORN;
    private volatile Term term = new Term(0, 0);
    private volatile int primary = -1;
    private volatile Config config;
    private volatile boolean isAlone;
    private volatile boolean isRecovering;

    NodeView(String name, int self, EngineCounters counters, Journal journal, Applier applier, NodeState state) {
        this.name = name;
        this.self = self;
        this.counters = counters;
        this.journal = journal;
        this.applier = applier;
        this.state = state;
    }

    // ---- the hot thread

    void onRole(Role newRole, Term newTerm) {
        role = newRole;
        term = newTerm;
    }

    void onConfig(Config newConfig) {
        config = newConfig;
    }

    void onTurn(Replica replica) {
        int newPrimary = replica.primary();
        if (newPrimary != primary) {
            primary = newPrimary;
        }
        boolean isNowAlone = replica.isLonely() || replica.isOneCopy();
        if (isNowAlone != isAlone) {
            isAlone = isNowAlone;
        }
        if (replica.isRecovering() != isRecovering) {
            isRecovering = !isRecovering;
        }
        counters.set(EngineCounter.APPENDED_INDEX, journal.appendedIndex());
        counters.set(EngineCounter.FLUSHED_INDEX, journal.flushedIndex());
        counters.set(EngineCounter.COMMITTED_INDEX, state.committed());
        counters.set(EngineCounter.APPLIED_INDEX, applier.appliedIndex());
    }

    void onProposed(long frames, long commands) {
        counters.set(EngineCounter.FRAMES_PROPOSED, frames);
        counters.set(EngineCounter.COMMANDS_PROPOSED, commands);
    }

    long appendedIndex() {
        return journal.appendedIndex();
    }

    // ---- any thread

    /** The node stops, or has stopped: the first reason stands. */
    void onFailure(Throwable why) {
        failure.compareAndSet(null, why);
    }

    void onClosed() {
        role = Role.CLOSED;
        counters.set(EngineCounter.ROLE, dev.lockstep.engine.observe.RoleReport.numberOf(Role.CLOSED));
    }

    @Override
    public Throwable failure() {
        return failure.get();
    }

    Role role() {
        return role;
    }

    long term() {
        return term.number();
    }

    @Override
    public EngineException applierFailure() {
        return applier.failure();
    }

    @Override
    public boolean isClosing() {
        return state.isClosing();
    }

    @Override
    public boolean isPrimaryElsewhere() {
        int known = primary;
        return known >= 0 && known != self;
    }

    @Override
    public String whyNotOpen() {
        int known = primary;
        if (known >= 0 && known != self) {
            String who = nameOf(known);
            return "the primary is node " + (who.isEmpty() ? Integer.toString(known) : who) + ", and this is node "
                    + name;
        }
        EngineException stopped = applier.failure();
        if (stopped != null) {
            return "node " + name + " applies nothing more. " + stopped.getMessage();
        }
        if (state.isClosing()) {
            return "node " + name + " is about to close";
        }
        return known == self
                ? "node " + name + " is the primary, but has only begun to be, or hands over to another one"
                : "no primary is known to node " + name;
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
        Term now = term;
        return new EngineStatus(
                name,
                role,
                nameOf(primary),
                now.number(),
                now.epoch(),
                journal.appendedIndex(),
                journal.flushedIndex(),
                state.committed(),
                applier.appliedIndex(),
                known == null ? null : known.mode(),
                known == null
                        ? List.of()
                        : known.members().stream().map(NodeView::describe).toList(),
                isAlone,
                isRecovering,
                applier.failure(),
                failure.get());
    }

    private static String describe(Member member) {
        return ListedMember.ofAddress(member.node(), member.address())
                .withKind(member.kind())
                .toString();
    }
}
