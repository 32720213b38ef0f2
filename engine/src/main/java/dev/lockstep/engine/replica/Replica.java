package dev.lockstep.engine.replica;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.Role;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Ownership;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One node's part in the protocol: a state machine that is told what happens, and acts through its ports. It starts no
 * thread, reads no clock and draws no number; the same calls bring the same. Owned by the thread that uses it first: it
 * alone calls any method.
 *
 * <p>{@link #start} comes first. Then, each turn: the links are polled, which brings {@link #onLinkUp}, {@link #onMessage}
 * and {@link #onLinkDown}; then {@link #onTick}, which says what time it is and sends what is due.
 *
 * <p>No method waits for another node. Those that begin or promise something in a new term, or take a CONFIG in, return
 * when the ballot is on the device, which is rare; all others touch memory alone. The listener is called within methods,
 * never in between. What any method throws, but for {@link ActRefused} and {@link IllegalArgumentException}, means that
 * the node must stop; a full disk does not, for what could not be written is tried again.
 *
 * <p>It asks for nothing by itself: whoever has opened the journal registers for the flusher's news and
 * hands them over to this thread as {@link #onFlushed}, keeps snapshots, and calls {@link
 * dev.lockstep.storage.journal.Journal#compactBelow} here, on this thread, behind the older of the two that are kept.
 */
public final class Replica implements Proposals {
    /** Bytes that are sent in front of each frame. */
    public static final int APPEND_OVERHEAD = Outbox.APPEND_LENGTH;

    /** What stands before a snapshot's chunk in the message that carries it. */
    public static final int CHUNK_OVERHEAD = Outbox.CHUNK_LENGTH;

    private final Ownership ownership = new Ownership("the replica");
    private final Core core;
    private final Told told = new Told();
    private final Cutter cutter;
    private final Damages damages;
    private final Drift drift;
    private final WitnessRegister register;
    private final SnapshotFetcher fetcher;
    private final SnapshotServer server;
    private final UnbornEpoch unbornEpoch;
    private final Founding founding;
    private final OperatorActs operatorActs;
    private final Births births;
    private final Epochs epochs;
    private final Incoming incoming;
    private final Positions positions;
    private final Stage stage = new DutyStage();
    private final RoleNews roleNews;
    private Duty duty;
    private boolean isClosed;

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
        register = new WitnessRegister(ports.register(), settings.isWitness());
        fetcher = new SnapshotFetcher(core, cutter);
        server = new SnapshotServer(core);
        drift = new Drift(core, fetcher);
        unbornEpoch = new UnbornEpoch(core, stage, cutter);
        founding = new Founding(core, stage, unbornEpoch, fetcher);
        Acts acts = new Acts(core, stage, founding);
        operatorActs = new OperatorActs(ownership, acts, this::onDamaged);
        births = new Births(core, stage, register);
        epochs = new Epochs(core, stage, cutter, register, unbornEpoch, fetcher);
        Elector elector = new Elector(core, stage, damages, register);
        incoming = new Incoming(
                core, stage, new Services(births, epochs, founding, elector, damages, fetcher, server, acts));
        positions = new Positions(core);
        roleNews = new RoleNews(core);
    }

    /**
     * Takes up what this node left when it went down, or waits to be born. The listener hears of it.
     *
     * @throws StorageException.Damaged if nobody else has what cannot be read here
     */
    public void start() {
        ownership.check();
        if (register.isWitness()) {
            core.beWhole(); // it keeps no log, so there is nothing that it could have forgotten
        }
        try {
            if (core.promises.isBorn()) {
                new Resumption(core, fetcher, unbornEpoch).run();
            }
            stage.follow();
        } catch (ReplicaLog.Damaged e) {
            onDamaged(e);
        }
    }

    /**
     * Ends it, for the node stops: whoever waits for an acknowledgement or a read is told what is known, and nothing of the
     * journal is held any more. Nothing else may be called afterwards. May be called again.
     */
    public void close() {
        ownership.check();
        if (!isClosed) {
            isClosed = true;
            CloseHelper.closeAll(duty == null ? null : duty::end, core.log::close);
        }
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
            Reigning reigning = new Reigning(core, stage, fetcher, server, told, wallClockNs);
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
        roleNews.tell(duty);
    }

    private void onDamaged(ReplicaLog.Damaged damage) {
        try {
            damages.onDamage(damage.index());
        } catch (StorageException.DiskFull e) {
            onDiskFull(e);
        }
    }

    /** What stood on the device stands: nothing was promised, and what brought this about comes again, or is due again. */
    private void onDiskFull(StorageException.DiskFull e) {
        core.remark(e.getMessage());
    }

    // ---- what happens

    /**
     * Says what time it is to what is proposed before {@link #onTick}, which says the same again: after a long pause the
     * time of the turn before it would be wrong.
     *
     * @param nowNs the time, never back
     * @param wallClockNs what the node's clock says, which may be anything
     */
    public void onTime(long nowNs, long wallClockNs) {
        ownership.check();
        core.turn.pass(nowNs, wallClockNs);
    }

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
            drift.onTick();
            fetcher.onTick();
            server.onTick();
            founding.onTick();
            epochs.onTick();
            duty.onTick();
            unbornEpoch.onTick();
            roleNews.tellIfConfigIsNew(duty);
        } catch (ReplicaLog.Damaged e) {
            onDamaged(e);
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
            onDamaged(e);
        } catch (StorageException.DiskFull e) {
            onDiskFull(e);
        }
    }

    /** @param node whose link went down */
    public void onLinkDown(int node) {
        ownership.check();
        core.peers.onDown(node);
        server.onLinkDown(node);
    }

    /**
     * @param node who sent it
     * @param buffer where it stands, only during this call; direct memory, if the journal needs that
     * @param offset its first byte
     * @param length its length; nothing is read beyond it, whatever the message says, and what cannot be is dropped
     */
    public void onMessage(int node, DirectBuffer buffer, int offset, int length) {
        ownership.check();
        try {
            incoming.onMessage(node, buffer, offset, length);
        } catch (ReplicaLog.Damaged e) {
            onDamaged(e);
        } catch (StorageException.DiskFull e) {
            onDiskFull(e);
        }
    }

    /**
     * More of the journal is on the device, as the journal says; of what was cut meanwhile it says nothing (safety 8). Only
     * hastens what the next turn would find: news that was lost does no harm.
     */
    public void onFlushed() {
        ownership.check();
        try {
            duty.onFlushed();
        } catch (StorageException.DiskFull e) {
            onDiskFull(e);
        }
    }

    /**
     * Something that cannot be read was found in the journal, by whoever applies it. It is put aside, now or as soon as
     * there is room for the note of it, and the node does not count until it has all of it from the primary. The reader
     * that came upon it meets it again until it is put aside; then it finds the end of the log there, and goes on when the
     * frames come anew.
     *
     * @param index the first index that cannot be read, the first of a frame: what the reader's damage names
     * @throws StorageException.Damaged if this node is the only voter: nobody else has it
     */
    public void onDamage(long index) {
        ownership.check();
        onDamaged(new ReplicaLog.Damaged(index));
    }

    /** @param node has died, as somebody thinks. If it is the primary this node waits no longer than others might */
    public void onSuspicion(int node) {
        ownership.check();
        duty.onSuspicion(node);
    }

    /** @return whether a snapshot comes from another node */
    public boolean isFetchingSnapshot() {
        ownership.check();
        return fetcher.isFetching();
    }

    /** @return the snapshot that has come last; null if it has not come after all, or another one is to come */
    public FrameRef fetchedSnapshot() {
        ownership.check();
        return fetcher.fetched();
    }

    // ---- what a primary is given

    @Override
    public boolean isOpen() {
        ownership.check();
        return duty instanceof Reigning reigning && reigning.isOpen();
    }

    @Override
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
     * Lets the cluster's time pass for a timer, if it is due and no other frame has carried the time there.
     *
     * @param deadlineNs its deadline, in the cluster's time
     */
    public void proposeTimer(long deadlineNs) {
        ownership.check();
        try {
            if (isOpen()) {
                ((Reigning) duty).proposeTimer(deadlineNs);
            }
        } catch (StorageException.DiskFull e) {
            onDiskFull(e); // it is tried again in the next turn
        }
    }

    @Override
    public boolean await(long index, Ack level, long deadlineNs) {
        ownership.check();
        if (level == Ack.NONE) {
            throw new IllegalArgumentException("an acknowledgement of nothing cannot be waited for");
        }
        return duty instanceof Reigning reigning && reigning.await(index, level, deadlineNs);
    }

    /**
     * Asks how far to apply before a read sees all that is committed now. The listener is told, once, and maybe before this
     * returns; a standby asks its primary.
     *
     * @param id a number that is not negative, the reader's
     */
    public void read(long id) {
        ownership.check();
        duty.read(id);
    }

    /** @return what an operator may do here */
    public OperatorActs acts() {
        return operatorActs;
    }

    // ---- what it is

    /** @return what this node is now */
    public Role role() {
        ownership.check();
        return duty.role();
    }

    /** @return the term that it acts in */
    public Term term() {
        ownership.check();
        return core.promises.term();
    }

    /** @return who is primary, as far as this node knows; negative if nobody is */
    public int primary() {
        ownership.check();
        return duty.primary();
    }

    /** @return how far the log is committed; zero while this node is on its way from one epoch to another */
    public long commitIndex() {
        ownership.check();
        return core.promises.isYielding() ? 0 : core.commit.index();
    }

    /**
     * How far the log may be applied here: to the commit, or to its end on a primary in ASYNC. It goes back when such a
     * primary is deposed, and when a node yields to another epoch or puts damage aside; the listener hears of that first.
     *
     * @return the index
     */
    public long applicableIndex() {
        ownership.check();
        boolean isAhead = duty instanceof Reigning && core.config().mode() == Mode.ASYNC;
        return isAhead ? core.log.lastIndex() : Math.min(commitIndex(), core.log.lastIndex());
    }

    /** @return the last frame of the log */
    public FrameRef last() {
        ownership.check();
        return core.log.last();
    }

    /** @return who is a member, and under which rules; null if that is not known yet */
    public Config config() {
        ownership.check();
        return core.config();
    }

    /**
     * Writes down the configuration that was in force at an index, as a snapshot keeps it.
     *
     * @param index a committed one, that of the last frame that the snapshot includes
     * @param into where to write it
     * @param offset where its first byte goes
     * @return its length; negative if it is not known any more, for another one is committed since: take a newer snapshot
     */
    public int configAt(long index, MutableDirectBuffer into, int offset) {
        ownership.check();
        PlacedConfig inForce = core.configs.at(index);
        return inForce == null ? -1 : ConfigCodec.encode(inForce, into, offset);
    }

    /**
     * @param index a committed one, that of the last frame that a snapshot includes
     * @return the epoch of that frame; negative if it is not known any more
     */
    public long epochAt(long index) {
        ownership.check();
        PlacedConfig inForce = core.configs.at(index);
        return inForce == null ? -1 : inForce.config().epoch();
    }

    /** @return the commands that no node applies, as far as that is committed; the same list until that is another one */
    public List<Skip> skips() {
        ownership.check();
        PlacedConfig committed = core.configs.at(commitIndex());
        return committed == null ? List.of() : committed.config().skips();
    }

    /** @return whether this node may have forgotten what it acknowledged, so that it does not count */
    public boolean isRecovering() {
        ownership.check();
        return core.promises.isRecovering();
    }

    /** @return whether what is appended counts only once it is on this node's device: so it is before a birth, too */
    public boolean countsFlushedOnly() {
        ownership.check();
        return core.config() == null || core.countsFlushedOnly();
    }

    /** @return whether this is the primary, and no other node has what is committed now (PROTOCOL G) */
    public boolean isOneCopy() {
        ownership.check();
        return duty instanceof Reigning reigning && reigning.isOneCopy();
    }

    /**
     * @param node another one
     * @return whether it is refused here, for it offers less than it had: its disk was set back. A person removes it, and
     *     adds it again with an empty directory
     */
    public boolean isSetBack(int node) {
        ownership.check();
        return core.peers.isRefused(node);
    }

    /** Shows what this primary knows of each other node that keeps the log; nothing if it is none. */
    public void showStandbys(StandbyView view) {
        ownership.check();
        if (duty instanceof Reigning reigning) {
            reigning.showStandbys(view);
        }
    }

    /** @return whether this is a primary that has lost its quorum and goes on alone */
    public boolean isLonely() {
        ownership.check();
        return duty instanceof Reigning reigning && reigning.isLonely();
    }

    /** @return what it says of itself on links */
    public Hello hello() {
        ownership.check();
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
        ownership.check();
        return core.identity();
    }

    /**
     * @param position what a reader was given
     * @return where it stands to this node's history; AHEAD also if what stands there cannot be read
     */
    public PositionState stateOf(Position position) {
        ownership.check();
        try {
            return positions.stateOf(position);
        } catch (ReplicaLog.Damaged e) {
            onDamaged(e);
            return PositionState.AHEAD;
        }
    }
}
