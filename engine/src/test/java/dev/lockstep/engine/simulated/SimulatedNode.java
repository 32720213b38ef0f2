package dev.lockstep.engine.simulated;

import dev.lockstep.engine.replica.Applying;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaPorts;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One node of a simulated cluster: a disk that stays, and a process that comes and goes. */
final class SimulatedNode implements ClusterNetwork.Handler, SimulatedTransport.Node {
    static final long TURN_NS = 10_000_000;
    static final int MAX_FRAME_BYTES = 4096;

    final int number;
    final SimulatedDisk disk;
    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final ReplicaSettings settings;
    private final UnsafeBuffer delivered = new UnsafeBuffer(ByteBuffer.allocateDirect(64 << 10));
    /** Which process this is; what was asked for by one before does nothing. */
    private int process;

    private SimulatedDisk.Started started;
    private ClusterNetwork.Endpoint endpoint;
    private NodeListener listener;
    private ElectionWatch watch;
    private SetBackWatch setBackWatch;
    private final OutgoingWatch outgoing = new OutgoingWatch(this);
    private final WitnessWatch witnessWatch;
    private Replica replica;
    /** The pipeline around the replica; null where that is alone. */
    private EngineProcess engine;
    /** Who hears what the network brings. */
    private ClusterNetwork.Handler receiver;

    private boolean isInTurn;
    private boolean isIntroductionDue;
    private long pausedUntilNs;
    private boolean isStarting;
    long wallClockOffsetNs;
    boolean isWithdrawn;
    /** Its process is not started before this ends. */
    boolean isHeldDown;
    /** Why the last process ended by itself; null if it did not. */
    Throwable failure;

    SimulatedNode(SimulatedCluster cluster, int number, ReplicaSettings settings, SplittableRandom random) {
        this(cluster, number, settings, random, new SimulatedDisk());
    }

    private SimulatedNode(
            SimulatedCluster cluster,
            int number,
            ReplicaSettings settings,
            SplittableRandom random,
            SimulatedDisk disk) {
        this.cluster = cluster;
        this.disk = disk;
        this.witnessWatch = new WitnessWatch(cluster);
        this.number = number;
        this.settings = settings;
        this.random = random;
    }

    boolean isRunning() {
        return replica != null;
    }

    boolean isPaused() {
        return cluster.time.nowNs() < pausedUntilNs;
    }

    Replica replica() {
        return replica;
    }

    SimulatedDisk.Started started() {
        return started;
    }

    /** @return the engine of the process that runs, or ran last; null if nodes are replicas alone */
    EngineProcess engine() {
        return engine;
    }

    AppliedLog state() {
        return listener.state();
    }

    /** Starts the process, if there is none. */
    void start() {
        if (isRunning() || isHeldDown) {
            return;
        }
        process++;
        failure = null;
        isStarting = true;
        boolean isAlone = settings.founders().size() == 1;
        try {
            started = disk.start(startDurability(), isAlone, random::nextLong);
            engine = cluster.newEngine(this);
            listener = new NodeListener(cluster, this, engine == null ? new StateModel(cluster, this) : engine);
            ReplicaPorts ports = new ReplicaPorts(
                    started.journal(),
                    started.marks(),
                    started.ballots(),
                    started.register(),
                    started.snapshots(),
                    Applying.NOTHING,
                    started.orphans(),
                    this::offer,
                    listener,
                    random::nextLong,
                    MAX_FRAME_BYTES);
            if (cluster.plan.has(FaultKind.SNAPSHOTS)) {
                started.snapshots().answerLater(random, 100);
            }
            replica = engine == null ? open(ports) : engine.start(settings, ports);
            endpoint = cluster.network.open(replica.hello(), wakeUp(process));
            watch = new ElectionWatch(cluster, this);
            setBackWatch = new SetBackWatch(cluster, this);
            listener.onStarted();
            isStarting = false;
            turnLater(process);
            flushLater(process);
            if (engine != null) {
                started.journal().onFlushed((generation, index) -> engine.onFlushed());
                backgroundLater(process);
            }
        } catch (SimulatedCrash | StorageException e) {
            isStarting = false;
            onFailure(e);
        } catch (Invariant.Violation e) {
            isStarting = false;
            throw new Violation(Check.INVARIANT, "node " + number + ": " + e.getMessage(), e);
        }
    }

    private Replica open(ReplicaPorts ports) {
        Replica opened = new Replica(settings, ports, cluster.time.nowNs(), wallClockNs());
        opened.start();
        started.journal().onFlushed((generation, index) -> opened.onFlushed());
        receiver = new ReplicaReceiver(opened);
        return opened;
    }

    private Durability startDurability() {
        return cluster.plan.durability();
    }

    boolean isFlushedOnly() {
        return startDurability() == Durability.FLUSHED;
    }

    /** @return whether anybody has the cluster's first frame on the device */
    boolean isFirstFrameSafe() {
        return cluster.nodes.stream().anyMatch(each -> each.disk.durableIndex() > 0);
    }

    long wallClockNs() {
        return SimulatedCluster.BEGINNING_NS + cluster.time.nowNs() + wallClockOffsetNs;
    }

    private Runnable wakeUp(int ofProcess) {
        return () -> {
            if (ofProcess == process && isRunning() && !isPaused()) {
                turn();
            }
        };
    }

    private void turnLater(int ofProcess) {
        cluster.time.in(TURN_NS / 2 + random.nextLong(TURN_NS), () -> {
            if (ofProcess == process && isRunning()) {
                if (!isPaused()) {
                    turn();
                }
                turnLater(ofProcess);
            }
        });
    }

    private void flushLater(int ofProcess) {
        boolean isEager = cluster.plan.durability() == Durability.FLUSHED || cluster.isHealing();
        long delayNs = isEager ? 500_000 + random.nextLong(4_000_000) : 5_000_000 + random.nextLong(100_000_000);
        cluster.time.in(delayNs, () -> {
            if (ofProcess == process && isRunning()) {
                if (!isPaused()) {
                    beginFlush(ofProcess);
                }
                flushLater(ofProcess);
            }
        });
    }

    private void backgroundLater(int ofProcess) {
        cluster.time.in(100_000 + random.nextLong(TURN_NS), () -> {
            if (ofProcess == process && isRunning()) {
                if (!isPaused()) {
                    guarded(engine::workBesides);
                }
                backgroundLater(ofProcess);
            }
        });
    }

    private void beginFlush(int ofProcess) {
        guarded(() -> {
            started.journal().prepare();
            SimulatedJournal.Flush flush = started.journal().beginFlush();
            cluster.time.in(100_000 + random.nextLong(3_000_000), () -> {
                if (ofProcess == process && isRunning()) {
                    guarded(() -> {
                        started.journal().flush(flush);
                        cluster.oracle.onFlushed(this);
                    });
                    if (isRunning() && !isPaused()) {
                        turn();
                    }
                }
            });
        });
    }

    /** A turn: what has come, and what is due. */
    void turn() {
        if (isInTurn) {
            return; // what has come is there in the next one
        }
        guarded(() -> {
            if (engine == null) {
                endpoint.poll(this);
                watch.beforeTurn();
                replica.onTick(cluster.time.nowNs(), wallClockNs());
            } else {
                engine.turn();
            }
            watch.afterTurn();
            setBackWatch.afterTurn();
            witnessWatch.onTurn(this);
            cluster.oracle.onTurn(this);
            listener.state().apply(replica.applicableIndex());
        });
        introduceIfDue();
    }

    private void introduceIfDue() {
        if (isIntroductionDue && isRunning()) {
            isIntroductionDue = false;
            endpoint.introduceAs(replica.hello());
        }
    }

    void introduce() {
        isIntroductionDue = engine == null; // it does so itself
    }

    // ---- an engine's links

    @Override
    public void deliver(ClusterNetwork.Handler handler) {
        receiver = handler;
        endpoint.poll(this);
    }

    @Override
    public void onHeard() {
        watch.beforeTurn();
    }

    @Override
    public void introduceAs(Hello hello) {
        endpoint.introduceAs(hello);
    }

    // ---- what happens in it

    /** Does something in the process, which may end it. */
    void guarded(Runnable action) {
        isInTurn = true;
        try {
            action.run();
        } catch (SimulatedCrash | StorageException e) {
            onFailure(e);
        } catch (Invariant.Violation e) {
            throw new Violation(Check.INVARIANT, "node " + number + ": " + e.getMessage(), e);
        } finally {
            isInTurn = false;
        }
    }

    private void onFailure(Throwable e) {
        failure = e;
        if (engine != null) {
            cluster.oracle.onTurn(this); // what it did before it died in its turn others may have heard of
        }
        cluster.trace(number, "fails", e.getMessage().hashCode());
        if (isRunning()) {
            cluster.oracle.noteCopies(this);
        }
        kill();
        cluster.time.in(50_000_000 + random.nextLong(500_000_000), () -> {
            if (!isWithdrawn) {
                start();
            }
        });
    }

    @Override
    public long offer(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        if (isStarting) {
            return SendResult.NOT_CONNECTED;
        }
        started.life().check();
        outgoing.onOffered(buffer, offset);
        return endpoint.offer(node, stream, buffer, offset, length);
    }

    @Override
    public void onLinkUp(int node, Hello peer) {
        watch.onLinkUp(node, peer);
        setBackWatch.onLinkUp(node, peer);
        receiver.onLinkUp(node, peer);
    }

    @Override
    public void onMessage(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        delivered.putBytes(0, buffer, offset, length);
        watch.beforeMessage(node, delivered);
        setBackWatch.beforeMessage(node, delivered);
        receiver.onMessage(node, stream, delivered, 0, length);
        watch.afterMessage(node, delivered);
        setBackWatch.afterMessage(node);
        if (engine != null) {
            engine.interrupt();
        }
    }

    @Override
    public void onLinkDown(int node) {
        receiver.onLinkDown(node);
    }

    // ---- what happens to it

    void pause(long ns) {
        pausedUntilNs = Math.max(pausedUntilNs, cluster.time.nowNs() + ns);
    }

    void resume() {
        pausedUntilNs = 0;
    }

    /** The process dies where it stands. */
    void kill() {
        process++;
        if (endpoint != null) {
            endpoint.kill();
            endpoint = null;
        }
        if (listener != null) {
            listener.onDeath();
        }
        disk.kill();
        replica = null;
        pausedUntilNs = 0;
        isIntroductionDue = false;
    }

    /** The process ends in order, and makes everything durable. */
    void closeOrderly() {
        if (isRunning()) {
            guarded(() -> {
                if (engine != null) {
                    engine.end();
                }
                disk.closeOrderly();
            });
            kill();
        }
    }

    void killInsideAppend() {
        boolean wasRunning = started != null && isRunning();
        if (wasRunning) {
            disk.killInsideAppend();
        }
        kill();
    }

    /** Dies at one of its next calls of a port. */
    void crashSoon() {
        if (isRunning()) {
            started.life().crashAfter(1 + random.nextInt(200));
        }
    }

    void powerCut() {
        kill();
        disk.powerCut(random);
        cluster.oracle.onPowerCut(this);
    }

    /** Its disk is again what it was when a copy was taken. */
    void setBackTo(SimulatedDisk copy) {
        cluster.setBacks.beforeSetBack(this);
        kill();
        disk.setBackTo(copy);
        cluster.oracle.onWiped(this); // what is known of it counts no longer
    }

    /**
     * Another process of this node is to begin, on a copy of its disk. This one lives on, though nobody is led to it any more,
     * and when it is over it does not begin again.
     *
     * @return the node with the copy
     */
    SimulatedNode cloned(SplittableRandom ofClone) {
        isWithdrawn = true;
        SimulatedNode clone = new SimulatedNode(cluster, number, settings, ofClone, disk.copy());
        clone.wallClockOffsetNs = wallClockOffsetNs;
        return clone;
    }

    /** @return whether this process takes nothing from another node any more, since that one's disk was set back */
    boolean refuses(int other) {
        return isRunning() && (endpoint.refuses(other) || replica.isSetBack(other));
    }

    SetBackWatch setBackWatch() {
        return setBackWatch;
    }

    /** Its ballot, or the register of a witness, is not what it was when the next process reads it. */
    void loseBallot(SplittableRandom ofKind) {
        kill();
        switch (ofKind.nextInt(3)) {
            case 0 -> disk.files().ballot().lose();
            case 1 -> disk.files().ballot().damage();
            default -> disk.files().register().damage();
        }
        cluster.oracle.onWiped(this); // it comes back as somebody else
    }

    void wipe() {
        kill();
        disk.wipe();
        cluster.oracle.onWiped(this);
    }
}
