package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.Threading;
import dev.lockstep.engine.observe.CountersFile;
import dev.lockstep.engine.observe.DutyCycleTracker;
import dev.lockstep.engine.observe.EngineCounter;
import dev.lockstep.engine.observe.EngineCounters;
import dev.lockstep.engine.observe.ErrorLog;
import dev.lockstep.engine.observe.RoleReport;
import dev.lockstep.engine.observe.StandbyCounters;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaPorts;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.storage.node.NodeStorage;
import dev.lockstep.storage.snapshot.SnapshotSettings;
import dev.lockstep.transport.Driver;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.Transports;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/** Puts the parts of one node together. Used once, by the thread that starts the node. */
final class NodeAssembly implements AutoCloseable {
    /** As many as the replica takes for one level. */
    private static final int AWAITED = 1 << 14;

    private static final long MAX_UNAPPLIED = 1 << 16;
    private static final long SNAPSHOT_PATIENCE_NS = 5_000_000_000L;

    private final EngineSettings settings;
    private final NodeStorage storage;
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final LongSupplier random = newRandom();
    private final ReplicaSettings replicaSettings;
    private final CountersFile countersFile;
    private final EngineCounters counters;
    private final ErrorLog errors;
    private final RoleReport roleReport;
    private final EngineThreads threads = new EngineThreads();
    private final NodeState state = new NodeState();
    private final SubmitterLanes lanes;
    private final Applier applier;
    private final ServedReads served;
    private final ApplierPlace place;
    private final NodeSnapshots snapshots;
    private final JournalRoom room;
    private final OwnSnapshots ownSnapshots;
    private final StandbyTable standbys;
    private final NodeView view;
    private final Wakeup hotIdle = Wakeup.ofHurried(Idling.PARK_NS);
    private final Wakeup backgroundIdle;
    private final Wakeup stateIdle = Wakeup.ofPatient(() -> Idling.STATE_PARK_NS);
    private final Wakeup callbacksIdle = Wakeup.ofPatient(this::callbacksParkNs);
    private final CallbackTasks tasks;
    private final Callbacks callbacks;
    private final RoleListeners roles;
    private final MemberLinks links;
    private HotAgent hot;
    private NodeDesks desks;

    NodeAssembly(EngineSettings settings, StateMachine machine, NodeStorage storage) {
        this.settings = settings;
        this.storage = storage;
        this.replicaSettings = settings.replica(machine.version());
        this.backgroundIdle = settings.storedDurability() == Durability.FLUSHED
                ? Wakeup.ofHurried(Idling.BACKGROUND_PARK_NS) // each command waits for it
                : Wakeup.ofPatient(() -> Idling.BACKGROUND_PARK_NS);
        this.countersFile = CountersFile.open(settings.directory(), Disk.system(), SystemEpochClock.INSTANCE);
        this.counters = new EngineCounters(countersFile.counters());
        this.lanes = new SubmitterLanes(
                settings.maxSubmitters(), settings.window(), settings.maxReplyBytes(), callbacksIdle::wake);
        this.applier = new Applier(
                settings.node(),
                storage.journal(),
                replies -> new AppliedState(machine, AppliedState.MAX_REPLY_BYTES, SessionLimits.STANDARD, replies),
                state,
                lanes,
                clock,
                index -> hot.onDamage(index));
        MemoryState initial = new MemoryState(machine, 1);
        this.served = new ServedReads(applier);
        SnapshotTurn turn = new SnapshotTurn(clock, SNAPSHOT_PATIENCE_NS);
        this.room = new JournalRoom(storage.journal(), settings.journal());
        this.ownSnapshots = new OwnSnapshots(
                SnapshotRule.of(settings.snapshots(), settings.maxJournalBytes(), settings.segmentBytes()),
                room,
                storage.snapshots(),
                turn,
                applier,
                state,
                clock,
                this::onSnapshotFailed);
        this.snapshots =
                new NodeSnapshots(storage.snapshots(), SnapshotSettings.DEFAULT_CHUNK_BYTES, turn, ownSnapshots);
        StateSnapshots ofState = new StateSnapshots(storage.snapshots(), turn);
        this.place = new ApplierPlace(new ApplierPlace.Parts(
                applier,
                served,
                new Rebuilding(storage.snapshots(), ofState, initial),
                ownSnapshots,
                ofState,
                state,
                clock,
                stateIdle::wake));
        this.standbys = new StandbyTable(new StandbyCounters(countersFile.counters()), counters);
        this.view = new NodeView(new NodeView.Parts(
                settings.name(),
                settings.node(),
                counters,
                storage.journal(),
                storage.snapshots(),
                applier,
                state,
                standbys,
                this::recentErrors,
                clock));
        this.tasks = new CallbackTasks(settings.callbackExecutor(), this::onListenerError, callbacksIdle::wake);
        this.callbacks = new Callbacks(tasks, new CommandAnswers(view), clock, callbacksIdle::wake);
        this.errors = new ErrorLog(settings.name(), clock::nanoTime, counters, callbacks);
        this.roleReport = new RoleReport(settings.name(), counters, callbacks);
        this.roles = new RoleListeners(tasks, this::onListenerError);
        this.links = new MemberLinks(
                settings.node(), replicaSettings.founders(), openTransport(), settings.mtuBytes(), errors::remark);
    }

    /** What was kept before is intact, and the node goes on; it is tried again later. */
    private void onSnapshotFailed(Throwable why) {
        errors.error(new EngineException("no snapshot could be taken: " + why.getMessage(), why));
    }

    /** Not everything that those wait for who hold futures wakes them: a full ring that empties, for one. */
    private long callbacksParkNs() {
        return callbacks.isIdle() ? Idling.CALLBACKS_PARK_NS : Idling.CALLBACKS_LOOK_NS;
    }

    private List<String> recentErrors() {
        return errors.snapshot();
    }

    private static LongSupplier newRandom() {
        SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
        return () -> {
            synchronized (random) {
                return random.nextLong(); // drawn for waiting times and the names of sessions: rare
            }
        };
    }

    private static long wallClockNs() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    private Transport openTransport() {
        if (!settings.isListening()) {
            return null;
        }
        Driver driver = settings.externalDriver() != null
                ? Driver.EXTERNAL
                : settings.threading() == Threading.PIPELINED ? Driver.OWN_THREAD : Driver.INVOKED;
        TransportSettings transport = TransportSettings.of(settings.self().peer())
                .withDriver(
                        driver, settings.externalDriver() != null ? settings.externalDriver() : settings.directory())
                .withMtuBytes(settings.mtuBytes())
                .withMaxMessageBytes(Replica.CHUNK_OVERHEAD + snapshots.maxChunkBytes())
                .withTerms(settings.terms());
        transport = settings.externalDriver() != null
                ? transport
                : transport.withDirectories(settings.directory(), settings.sharedMemory());
        return Transports.open(transport, hello(), MemberLinks.peersOf(settings.node(), replicaSettings.founders()));
    }

    private Hello hello() {
        Ballot ballot = storage.ballots().read().ballot();
        return new Hello(
                ballot.clusterId().value(),
                0,
                ballot.epoch(),
                settings.node(),
                ballot.identity().value(),
                new Incarnation(ballot.startCounter(), 0));
    }

    private void onListenerError(Throwable thrown) {
        counters.increment(EngineCounter.LISTENER_ERRORS);
        onError(thrown);
    }

    private void onError(Throwable thrown) {
        ErrorHandler handler = settings.errorHandler();
        if (handler == null) {
            errors.warning(thrown);
            return;
        }
        try {
            handler.onError(thrown);
        } catch (Throwable e) { // no thread of the node's ends for it
            errors.warning(thrown);
            errors.warning(e);
        }
    }

    Engine start() {
        countersFile.remark().ifPresent(errors::remark);
        storage.report().remarks().forEach(errors::remark);
        storage.onRemark(errors::remark);
        Ingress ingress = new Ingress(settings.ringBytes() / Ingress.SLOT_BYTES);
        Awaited awaited = new Awaited(AWAITED);
        ReplicaNews news = new ReplicaNews(awaited, place, state, roleReport, errors::remark);
        ReadDesk reads = new ReadDesk(served);
        OperatorDesk operators = new OperatorDesk(callbacks, view::inNames);
        RebuildDesk rebuilds = new RebuildDesk(place, applier, callbacks, settings.heartbeatNs());
        SnapshotDesk snapshotDesk = new SnapshotDesk(
                ownSnapshots, storage.snapshots(), snapshots::isReceiving, standbys, applier, callbacks);
        boolean isPipelined = settings.threading() == Threading.PIPELINED;
        BackgroundAgent background = new BackgroundAgent(storage.agents(), snapshots.worker());
        hot = new HotAgent(
                new HotAgent.Parts(
                        ingress,
                        links,
                        lanes,
                        awaited,
                        new FillerLimits(
                                settings.closeFrameAtBytes(),
                                settings.maxCommandBytes(),
                                MAX_UNAPPLIED,
                                settings.ackTimeoutNs()),
                        state,
                        place,
                        applier,
                        news,
                        view,
                        new NodeReport(
                                counters,
                                storage.journal(),
                                applier,
                                state,
                                standbys,
                                new JournalAlarm(room, counters, errors::error, clock.nanoTime()),
                                errors::error),
                        roles,
                        reads,
                        operators,
                        rebuilds,
                        ownSnapshots,
                        snapshotDesk,
                        new LogCompaction(
                                storage.journal(),
                                storage.snapshots(),
                                applier,
                                room,
                                LogCompaction.USUAL_MARGIN,
                                clock.nanoTime()),
                        new DutyCycleTracker(settings.heartbeatNs(), counters),
                        flushNow(background),
                        !isPipelined),
                agent -> newReplica(news),
                clock,
                NodeAssembly::wallClockNs);
        storage.journal().onFlushed((generation, index) -> {
            hot.onFlushed();
            hotIdle.wake();
        });
        LocalSubmitter.Shared shared = new LocalSubmitter.Shared(
                settings.node(),
                settings.window(),
                settings.maxCommandBytes(),
                state,
                random,
                hotIdle::wake,
                new CountedRefusals(counters),
                this::onListenerError);
        BackupDesk backups = new BackupDesk(new BackupDesk.Parts(
                settings.name(),
                settings.self().kind(),
                new BackupRun.Source(storage.journal(), storage.snapshots(), state, applier, hot::onDamage),
                Disk.system(),
                clock,
                settings.threadFactory(),
                callbacks,
                view::failure,
                applier::failure,
                view::isOneOfSeveral));
        desks = new NodeDesks(new NodeDesks.Parts(
                lanes,
                ingress,
                hot,
                shared,
                callbacks,
                reads,
                operators,
                rebuilds,
                snapshotDesk,
                backups,
                links,
                roles,
                view,
                settings,
                clock));
        callbacks.submitWith(desks.newSubmitterOfFutures());
        NodeThreads running = new NodeThreads(new NodeThreads.Parts(
                settings.name(),
                hot,
                hotIdle,
                isPipelined ? new ApplierAgent(place, clock) : null,
                background,
                backgroundIdle,
                new StateAgent(place),
                stateIdle,
                callbacks,
                callbacksIdle,
                settings.threadFactory(),
                settings.threading() == Threading.CALLER,
                threads,
                new Followers(
                        new Followers.Parts(storage.journal(), applier.state(), view, index -> hot.onDamage(index))),
                view,
                new Idling(settings.idle()),
                () -> place.close(view.failure()),
                () -> closeFiles(backups),
                errors::error,
                errors::remark));
        running.start();
        return new EmbeddedEngine(running, desks);
    }

    /** What a backup still reads stays open: if it does not end, so does all else, until the process ends. */
    private void closeFiles(BackupDesk backups) {
        backups.close();
        CloseHelper.closeAll(snapshots, storage, countersFile);
    }

    /** Where the settings say that all is flushed at once the flusher has no interval, and need only be woken. */
    private Runnable flushNow(BackgroundAgent background) {
        if (settings.storedDurability() == Durability.FLUSHED) {
            return backgroundIdle::wake;
        }
        return () -> {
            background.flushNow();
            backgroundIdle.wake();
        };
    }

    private Replica newReplica(ReplicaNews news) {
        ReplicaPorts ports = new ReplicaPorts(
                storage.journal(),
                storage.marks(),
                storage.ballots(),
                storage.register(),
                snapshots,
                applier,
                storage.orphans(),
                links,
                news,
                random,
                settings.maxFrameBytes());
        return new Replica(replicaSettings, ports, clock.nanoTime(), wallClockNs());
    }

    @Override
    public void close() {
        links.close();
        countersFile.close();
    }
}
