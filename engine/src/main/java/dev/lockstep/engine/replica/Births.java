package dev.lockstep.engine.replica;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Waits to be taken in by a cluster, or founds one: the lowest data node does, once every voter of the member list has
 * said that it was never a member of any (PROTOCOL H, safety 26). Owned by the replica's thread.
 */
final class Births extends Duty {
    private static final long FIRST_EPOCH = 1;
    private static final Term FIRST_TERM = new Term(FIRST_EPOCH, 1);

    /** What every state machine supports; a higher one is active once all are known to support it. */
    private static final int FIRST_VERSION = 1;

    /** Nodes are started one after another, and nobody need be told so: at the defaults that is three seconds. */
    private static final int PATIENCE_TIMEOUTS = 10;

    private record Answer(Identity identity, long start) {}

    private final Core core;
    private final Stage stage;
    private final WitnessRegister register;
    private final Map<Integer, Answer> neverMembers = new HashMap<>();
    private final Frame frame = new Frame();
    private final Checksum checksum = new Checksum();
    private final long sinceNs;
    private long saidNs;

    Births(Core core, Stage stage, WitnessRegister register) {
        this.core = core;
        this.stage = stage;
        this.register = register;
        this.sinceNs = core.turn.nowNs();
        this.saidNs = core.turn.nowNs() - core.turn.electionTimeoutNs();
    }

    @Override
    Role role() {
        return Role.UNBORN;
    }

    @Override
    void onLinkUp(int node) {
        neverMembers.remove(node);
        sayNeverMember(node);
    }

    /** Not once a cluster's first frame is here, though it is not forced yet. */
    private void sayNeverMember(int node) {
        if (core.log.lastIndex() == 0) {
            core.outbox.unborn(node, core.settings.memberList());
        }
    }

    void onUnborn(int from, String members) {
        if (!members.equals(core.settings.memberList())) {
            core.remark("member list differs from that of node " + from + ": here " + core.settings.memberList()
                    + "; node " + from + " says " + members);
            neverMembers.remove(from);
            return;
        }
        neverMembers.put(from, new Answer(core.peers.identity(from), core.peers.start(from)));
    }

    @Override
    void onTick() {
        if (core.log.lastIndex() > 0) {
            beBornOfLog();
            return;
        }
        if (core.turn.nowNs() - saidNs >= core.turn.electionTimeoutNs()) {
            saidNs = core.turn.nowNs();
            for (Founder each : core.settings.founders()) {
                if (core.peers.isUp(each.node())) {
                    sayNeverMember(each.node());
                }
            }
        }
        if (isFounder() && haveAllAnswered()) {
            found();
        }
    }

    private boolean isFounder() {
        int lowest = core.settings.founders().stream()
                .filter(each -> each.kind() == MemberKind.VOTER)
                .mapToInt(Founder::node)
                .min()
                .orElse(NOBODY);
        return core.self() == lowest;
    }

    private boolean haveAllAnswered() {
        List<String> awaited = new ArrayList<>();
        for (Founder each : core.settings.founders()) {
            if (each.node() != core.self() && each.kind() != MemberKind.OBSERVER && !isNeverMember(each.node())) {
                awaited.add(each.address());
            }
        }
        boolean isLong = core.turn.nowNs() - sinceNs >= PATIENCE_TIMEOUTS * core.turn.electionTimeoutNs();
        if (!awaited.isEmpty() && isLong) {
            core.remark("the cluster is not born yet: waiting for " + String.join(", ", awaited));
        }
        return awaited.isEmpty();
    }

    /** @return whether the one who is there now has said that no cluster has ever taken it in */
    private boolean isNeverMember(int node) {
        Answer answer = neverMembers.get(node);
        return answer != null
                && core.peers.isUp(node)
                && !core.peers.isBorn(node)
                && core.peers.isCurrent(node, answer.identity().value(), answer.start());
    }

    private void found() {
        FrameEncoder encoder =
                ConfigFrames.make(foundingConfig(), FIRST_TERM.number(), FrameRef.ORIGIN, core.turn.wallClockNs());
        if (core.log.reserve(encoder.length())) {
            core.log.append(encoder.buffer(), 0, encoder.length());
        }
    }

    private Config foundingConfig() {
        long id = core.turn.nextNonce();
        ClusterId clusterId = new ClusterId(id == 0 ? 1 : id);
        List<Member> members = new ArrayList<>();
        for (Founder each : core.settings.founders()) {
            boolean isSelf = each.node() == core.self();
            if (isSelf || isNeverMember(each.node())) {
                Identity identity = isSelf ? core.identity() : core.peers.identity(each.node());
                members.add(new Member(each.node(), identity, each.kind(), each.address()));
            }
        }
        members.sort(Comparator.comparingInt(Member::node));
        return new Config(
                clusterId,
                FIRST_EPOCH,
                List.of(),
                core.settings.mode(),
                core.settings.durability(),
                members.size() == 1 ? core.settings.stateMachineVersion() : FIRST_VERSION,
                members);
    }

    /** The first frame is here; once it is on the device this node is born. */
    private void beBornOfLog() {
        if (!isFirstFrameForced()) {
            return;
        }
        PlacedConfig first = ConfigFrames.configOf(core.log.frameAt(core.log.lastIndex()));
        core.promises.noteConfig(first.index(), first.term());
        core.promises.beBorn(first.config().clusterId(), FIRST_TERM);
        core.configs.begin(first);
        core.commitTo(core.log.lastIndex());
        beIntroduced(first);
    }

    private boolean isFirstFrameForced() {
        return core.log.flushedIndex() >= core.log.lastIndex();
    }

    private void beIntroduced(PlacedConfig config) {
        core.listener.onConfig(config.config());
        core.listener.onIntroduction(
                core.promises.clusterId(), core.promises.term().epoch());
        stage.follow();
    }

    /** A member says that this node is one too. */
    void onWelcome(int from, Term term, PlacedConfig config, DirectBuffer firstFrame, int length) {
        if (!config.config().names(core.self(), core.identity())) {
            core.remark("node " + from + " is of cluster " + config.config().clusterId() + ", which does not name this"
                    + " node with its present directory: add it there");
            return;
        }
        if (register.isWitness()) {
            register.begin(new Term(config.config().epoch(), config.term()), config.config());
            core.promises.beBorn(config.config().clusterId(), term);
            beIntroduced(config);
        } else if (core.log.lastIndex() == 0 && !isAdopted(from, firstFrame, length)) {
            core.promises.beBorn(config.config().clusterId(), term);
            beIntroduced(config);
        }
    }

    /** @return false if there is no first frame, or it does not name this node: then the log begins with what the primary sends */
    private boolean isAdopted(int from, DirectBuffer buffer, int length) {
        if (length == 0) {
            return false;
        }
        UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(length));
        direct.putBytes(0, buffer, 0, length);
        FrameDefect defect = frame.verify(checksum, direct, 0, length);
        boolean isFirst = defect == FrameDefect.NONE
                && frame.type() == FrameType.CONFIG
                && frame.follows(0, 0, 0) == FrameDefect.NONE;
        if (!isFirst) {
            core.remark("node " + from + " sent something else than a cluster's first frame; it was not taken");
            return true;
        }
        Config first;
        try {
            first = ConfigFrames.configOf(frame).config();
        } catch (IllegalArgumentException e) {
            core.remarkUnreadable(from, e);
            return true;
        }
        if (!first.names(core.self(), core.identity())) {
            return false;
        }
        if (core.log.reserve(length)) {
            core.log.append(direct, 0, length);
        }
        return true;
    }

    @Override
    void read(long id) {
        core.listener.onReadable(id, -1);
    }
}
