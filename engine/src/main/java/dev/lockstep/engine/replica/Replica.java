package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Ownership;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Stream;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One node's part in the protocol: a state machine that is told what happens, and acts through its ports. It starts no
 * thread, reads no clock and draws no number; the same calls bring the same. Owned by the thread that uses it first.
 *
 * <p>Each turn: the links are polled, which brings {@link #onLinkUp}, {@link #onMessage} and {@link #onLinkDown}; then
 * {@link #onTick}, which says what time it is and sends what is due. What any method throws means that the node must stop.
 */
public final class Replica {
    /** Frames cannot be proposed here: this node is not the primary, or not yet, or hands over. */
    public static final long NOT_PRIMARY = -2;
    /** The journal has no room now. */
    public static final long NO_ROOM = Sequencer.NO_ROOM;

    private final Ownership ownership = new Ownership("the replica");
    private final Core core;
    private final Told told = new Told();
    private final Cutter cutter;
    private final Damages damages;
    private final WitnessRegister register;
    private final SnapshotFetcher fetcher;
    private final SnapshotServer server;
    private final UnbornEpoch unbornEpoch;
    private final Founding founding;
    private final Acts acts;
    private final Births births;
    private final Epochs epochs;
    private final Incoming incoming;
    private final Stage stage = new DutyStage();
    private Duty duty;

    /**
     * @param settings who it is
     * @param ports what it acts through; the journal, ballot and marks of one start of the node
     * @param nowNs the time
     * @param wallClockNs what the node's clock says
     */
    public Replica(ReplicaSettings settings, ReplicaPorts ports, long nowNs, long wallClockNs) {
        Turn turn = new Turn(settings, ports.random());
        turn.begin(nowNs, wallClockNs);
        core = new Core(settings, ports, turn);
        cutter = new Cutter(core, ports.orphans(), told);
        damages = new Damages(core, stage);
        register = new WitnessRegister(ports.register(), isWitness(settings));
        fetcher = new SnapshotFetcher(core, cutter);
        server = new SnapshotServer(core);
        unbornEpoch = new UnbornEpoch(core, stage, cutter);
        founding = new Founding(core, stage, unbornEpoch);
        acts = new Acts(core, stage, founding);
        births = new Births(core, stage, register);
        epochs = new Epochs(core, stage, cutter, register, unbornEpoch);
        Elector elector = new Elector(core, stage, damages, register);
        incoming = new Incoming(
                core, stage, new Services(births, epochs, founding, elector, damages, fetcher, server, acts));
        if (register.isWitness()) {
            core.beWhole(); // it keeps no log, so there is nothing that it could have forgotten
        }
        if (core.promises.isBorn()) {
            resume();
        } else {
            change(births);
        }
    }

    private void resume() {
        try {
            new Resumption(core, unbornEpoch).run();
            stage.follow();
        } catch (ReplicaLog.Damaged e) {
            damages.onDamage(e.index());
        }
    }

    private static boolean isWitness(ReplicaSettings settings) {
        return settings.founders().stream()
                .anyMatch(each -> each.node() == settings.node() && each.kind() == MemberKind.WITNESS);
    }

    private final class DutyStage implements Stage {
        @Override
        public void follow() {
            change(core.promises.isBorn() ? follower() : births);
        }

        private Duty follower() {
            return register.isWitness()
                    ? new Witnessing(core, register)
                    : new Following(core, stage, cutter, damages, fetcher);
        }

        @Override
        public void campaign(boolean isLicensed) {
            if (founding.isUnderWay()) {
                return;
            }
            Campaigning campaigning = new Campaigning(core, stage, isLicensed);
            change(campaigning);
            campaigning.begin();
        }

        @Override
        public void reign(long wallClockNs) {
            Reigning reigning = new Reigning(core, stage, told, wallClockNs);
            change(reigning);
            reigning.begin();
        }

        @Override
        public Duty duty() {
            return duty;
        }
    }

    private void change(Duty next) {
        if (duty != null) {
            duty.end();
        }
        duty = next;
        core.listener.onRole(next.role(), core.promises.term());
    }

    // ---- what happens

    /**
     * A turn, after the links were polled.
     *
     * @param nowNs the time, never back
     * @param wallClockNs what the node's clock says, which may be anything
     */
    public void onTick(long nowNs, long wallClockNs) {
        ownership.check();
        core.turn.begin(nowNs, wallClockNs);
        try {
            damages.onTick();
            fetcher.onTick();
            server.onTick();
            founding.onTick();
            duty.onTick();
            unbornEpoch.onTick();
        } catch (ReplicaLog.Damaged e) {
            damages.onDamage(e.index());
        } catch (StorageException.DiskFull e) {
            onDiskFull(e);
        }
    }

    /**
     * @param node whose link came up
     * @param peer what it says of itself
     */
    public void onLinkUp(int node, Hello peer) {
        ownership.check();
        core.peers.onUp(node, peer);
        try {
            if (core.promises.isBorn() && peer.clusterId() != 0 && peer.epoch() != term().epoch()) {
                epochs.onMet(node);
            }
            duty.onLinkUp(node);
        } catch (ReplicaLog.Damaged e) {
            damages.onDamage(e.index());
        } catch (StorageException.DiskFull e) {
            onDiskFull(e);
        }
    }

    /** @param node whose link went down */
    public void onLinkDown(int node) {
        ownership.check();
        core.peers.onDown(node);
        server.onLinkDown(node);
        duty.onLinkDown(node);
    }

    /**
     * @param node who sent it
     * @param stream on which stream
     * @param buffer where it stands, only during this call; direct memory, if the journal needs that
     * @param offset its first byte
     * @param length its length
     */
    public void onMessage(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        ownership.check();
        try {
            incoming.onMessage(node, buffer, offset, length);
        } catch (ReplicaLog.Damaged e) {
            damages.onDamage(e.index());
        } catch (StorageException.DiskFull e) {
            onDiskFull(e);
        }
    }

    /**
     * More of the journal is on the device.
     *
     * @param generation the journal's when the flush began; if the log was cut since, it proves nothing (safety 8)
     * @param index up to which
     */
    public void onFlushed(long generation, long index) {
        ownership.check();
        if (isOfThisLog(generation)) {
            duty.onFlushed();
        }
    }

    private boolean isOfThisLog(long generation) {
        return generation == core.log.generation();
    }

    /**
     * Something that cannot be read was found in the journal, by whoever applies it.
     *
     * @param index the first index that cannot be read
     */
    public void onDamage(long index) {
        ownership.check();
        damages.onDamage(index);
    }

    /** Somebody thinks that a node has died. If it is the primary this node waits no longer than others might. */
    public void onSuspicion(int node) {
        ownership.check();
        if (duty instanceof Following following && following.primary() == node) {
            following.suspectPrimary();
        }
    }

    // ---- what a primary is given

    /** @return whether frames may be proposed here now */
    public boolean isOpen() {
        return duty instanceof Reigning reigning && reigning.isOpen();
    }

    /**
     * Begins a frame that comes right behind the log's last one; to be filled, and proposed before anything else is done
     * here. Only if {@link #isOpen}.
     *
     * @param encoder lays it out
     * @param type what it carries
     */
    public void begin(FrameEncoder encoder, FrameType type) {
        ((Reigning) duty).begin(encoder, type);
    }

    /**
     * Seals a frame, sends it, and appends it.
     *
     * @param encoder what was begun
     * @return the frame's last index; {@link #NO_ROOM} or {@link #NOT_PRIMARY}
     */
    public long propose(FrameEncoder encoder) {
        ownership.check();
        try {
            return isOpen() ? ((Reigning) duty).propose(encoder) : NOT_PRIMARY;
        } catch (StorageException.DiskFull e) {
            onDiskFull(e);
            return NO_ROOM; // before anything of the frame has left
        }
    }

    /**
     * Lets the cluster's time pass for the timers.
     *
     * @return the frame's index; {@link #NO_ROOM} or {@link #NOT_PRIMARY}
     */
    public long proposeTimer() {
        ownership.check();
        try {
            return isOpen() ? ((Reigning) duty).proposeTimer() : NOT_PRIMARY;
        } catch (StorageException.DiskFull e) {
            onDiskFull(e);
            return NO_ROOM;
        }
    }

    /**
     * Has the listener told when a command has come as far as its submitter wants.
     *
     * @param index the command's, just proposed
     * @param level how far
     * @param deadlineNs tell it then what was reached
     * @return false if this node is not the primary, or too many wait for that level
     */
    public boolean await(long index, AckLevel level, long deadlineNs) {
        ownership.check();
        return duty instanceof Reigning reigning && reigning.await(index, level, deadlineNs);
    }

    /**
     * Asks how far to apply before a read sees all that is committed now. The listener is told.
     *
     * @param id a number that is not negative, the reader's
     */
    public void read(long id) {
        ownership.check();
        duty.read(id);
    }

    // ---- what an operator does; each throws ActRefused if it would do harm

    /**
     * A node follows from now on.
     *
     * @param member an observer, or a witness
     */
    public void addObserver(Member member) {
        act(() -> acts.addObserver(member));
    }

    /** @param node an observer that has caught up: it votes from now on */
    public void makeVoter(int node) {
        act(() -> acts.makeVoter(node));
    }

    /**
     * @param node is no member any more
     * @param isConfirmed whether it is known to be gone, if it is one of two
     */
    public void remove(int node, boolean isConfirmed) {
        act(() -> acts.remove(node, isConfirmed));
    }

    /** @param mode when the primary applies from now on */
    public void setMode(Mode mode) {
        act(() -> acts.setMode(mode));
    }

    /** @param node takes over, once it has all */
    public void transfer(int node) {
        act(() -> acts.transfer(node));
    }

    /** @param lost the voters that are lost for good: those who are left go on without them, in another epoch */
    public void promote(List<Integer> lost) {
        act(() -> acts.promote(lost));
    }

    /** What stood on the device stands: nothing was promised, and what brought this about comes again, or is due again. */
    private void onDiskFull(StorageException.DiskFull e) {
        core.remark(e.getMessage());
    }

    private void act(Runnable act) {
        ownership.check();
        try {
            act.run();
        } catch (ReplicaLog.Damaged e) {
            damages.onDamage(e.index());
        } catch (StorageException.DiskFull e) {
            throw new ActRefused(e.getMessage());
        }
    }

    // ---- what it is

    /** @return what this node is now */
    public Role role() {
        return duty.role();
    }

    /** @return the term that it acts in */
    public Term term() {
        return core.promises.term();
    }

    /** @return who is primary, as far as this node knows; negative if nobody is */
    public int primary() {
        return duty.primary();
    }

    /** @return how far the log is committed; zero while this node is on its way from one epoch to another */
    public long commitIndex() {
        return core.promises.isYielding() ? 0 : core.commit.index();
    }

    /** @return how far the log may be applied here */
    public long applicableIndex() {
        boolean isAhead = duty instanceof Reigning && core.config().mode() == Mode.ASYNC;
        return isAhead ? core.log.lastIndex() : Math.min(commitIndex(), core.log.lastIndex());
    }

    /** @return the last frame of the log */
    public FrameRef last() {
        return core.log.last();
    }

    /** @return who is a member, and under which rules; null if that is not known yet */
    public Config config() {
        return core.config();
    }

    /**
     * Writes down the configuration that was in force at an index, as a snapshot keeps it.
     *
     * @param index a committed one
     * @param into where to write it
     * @param offset where its first byte goes
     * @return its length; negative if it is not known any more, for another one is committed since
     */
    public int configAt(long index, MutableDirectBuffer into, int offset) {
        PlacedConfig inForce = core.configs.at(index);
        return inForce == null ? -1 : ConfigCodec.encode(inForce, into, offset);
    }

    /** @return whether this node may have forgotten what it acknowledged, so that it does not count */
    public boolean isRecovering() {
        return core.promises.isRecovering();
    }

    /**
     * @param node another one
     * @return whether it is refused here, for it offers less than it had: its disk was set back. A person removes it, and
     *     adds it again with an empty directory
     */
    public boolean isSetBack(int node) {
        return core.peers.isRefused(node);
    }

    /** @return whether this is a primary that has lost its quorum and goes on alone */
    public boolean isLonely() {
        return duty instanceof Reigning reigning && reigning.isLonely();
    }

    /** @return what it says of itself on links */
    public Hello hello() {
        return new Hello(
                core.promises.clusterId().value(),
                0,
                core.promises.term().epoch(),
                core.self(),
                core.identity().value(),
                new Incarnation(core.promises.start(), 0));
    }

    /** @return its journal */
    public Identity identity() {
        return core.identity();
    }

    /**
     * @param position what a reader was given
     * @return where it stands to this node's history; AHEAD also if what stands there cannot be read
     */
    public PositionState stateOf(Position position) {
        ownership.check();
        try {
            return new Positions(core).stateOf(position);
        } catch (ReplicaLog.Damaged e) {
            damages.onDamage(e.index());
            return PositionState.AHEAD;
        }
    }
}
