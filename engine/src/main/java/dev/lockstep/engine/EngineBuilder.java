package dev.lockstep.engine;

import dev.lockstep.engine.pipeline.EngineLauncher;
import dev.lockstep.engine.pipeline.EngineSettings;
import dev.lockstep.engine.pipeline.ListedMember;
import dev.lockstep.engine.pipeline.MemberList;
import dev.lockstep.engine.pipeline.SettingsRules;
import dev.lockstep.storage.Platform;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.transport.TransportException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.agrona.ErrorHandler;

/**
 * What an engine is told before it starts: a directory and a state machine, and for a cluster a node and its members.
 * Everything else has a default that is right for most, to which null brings it back. No setter refuses anything:
 * {@link #start} checks all settings together, and says all that is wrong at once.
 *
 * <pre>{@code
 * Engine engine = Engine.builder()
 *         .directory(Path.of("/var/lib/ledger"))
 *         .stateMachine(new Ledger())
 *         .node("a")
 *         .members("a=10.0.0.1:9000,b=10.0.0.2:9000,c=10.0.0.3:9000/witness")
 *         .fromSystemProperties()
 *         .start();
 * }</pre>
 *
 * <p>What is set last counts. Not thread-safe; each {@link #start} starts an engine of its own.
 */
public final class EngineBuilder {
    private final SettingKeys keys = new SettingKeys(this);
    private Path directory;
    private StateMachine stateMachine;
    private String node;
    private String members;
    private Threading threading;
    private Idle idle;
    private Mode mode;
    private Durability durability;
    private int maxCommandBytes = 64 << 10;
    private int maxReplyBytes = 1024;
    private int window = 1024;
    private int maxSubmitters = 64;
    private int ringBytes = 4 << 20;
    private int mtuBytes = 1408;
    private int segmentBytes = 32 << 20;
    private long maxJournalBytes = JournalSettings.UNBOUNDED;
    private Duration flushInterval;
    private Snapshot snapshots;
    private Duration heartbeat;
    private Duration electionTimeout;
    private int priority;
    private Duration submitTimeout;
    private Duration ackTimeout;
    private ThreadFactory threadFactory;
    private Executor callbackExecutor;
    private ErrorHandler errorHandler;
    private Path sharedMemory;
    private Path externalDriver;

    EngineBuilder() {}

    /**
     * Where this node keeps everything: a directory of its own, on a disk of this machine. It is made if it is not there.
     * No default.
     *
     * @param value the directory
     * @return this
     */
    public EngineBuilder directory(Path value) {
        directory = value;
        return this;
    }

    /**
     * What commands are applied to, in the state in which every node begins: a new one for each start. No default; a witness
     * needs none. Code alone can set it.
     *
     * @param value the state machine
     * @return this
     */
    public EngineBuilder stateMachine(StateMachine value) {
        stateMachine = value;
        return this;
    }

    /**
     * Which one of the {@link #members} this node is. Default: none, for a node that is alone.
     *
     * @param name its name in the list
     * @return this
     */
    public EngineBuilder node(String name) {
        node = name;
        return this;
    }

    /**
     * The members that the cluster is to be born with. <em>All nodes must be given the same list, in the same order</em>;
     * once the cluster is born it keeps its members itself. A node that is to be {@link Engine#add added} later is given the
     * list with itself in it. Default: none. Then the node is alone, and no other can join it: it is called "1", has
     * the number 1, and listens nowhere.
     *
     * <p>A member is written {@code name=host:port}, an IPv6 address in brackets, and listens on its port and the next two.
     * Its name has letters, digits, '-' and '_'. Its number is its place in the list, from 1, unless it is written:
     * {@code d#7=10.0.0.4:9000}. {@code /observer} behind it makes it follow and never count, {@code /witness} makes it
     * break ties between exactly two data nodes without keeping the log.
     *
     * @param list the members, between commas: {@code a=10.0.0.1:9000,b=10.0.0.2:9000,c=10.0.0.3:9000/witness}
     * @return this
     */
    public EngineBuilder members(String list) {
        members = list;
        return this;
    }

    /**
     * Who does the engine's work. Default: {@link Threading#COMPACT}.
     *
     * @param value who
     * @return this
     */
    public EngineBuilder threading(Threading value) {
        threading = value;
        return this;
    }

    /**
     * What hot threads do when there is nothing to do. Default: {@link Idle#BACKOFF}.
     *
     * @param value what
     * @return this
     */
    public EngineBuilder idle(Idle value) {
        idle = value;
        return this;
    }

    /**
     * When the primary applies and replies, for a cluster that is to be born; {@link Engine#setMode} changes it later.
     * Default: {@link Mode#SYNC}.
     *
     * @param value when
     * @return this
     */
    public EngineBuilder mode(Mode value) {
        mode = value;
        return this;
    }

    /**
     * What it takes for a node to count as having something, for a cluster that is to be born. Default:
     * {@link Durability#FLUSHED} if there is a single voter, for then nobody else has what this machine loses;
     * {@link Durability#APPENDED} otherwise. Once the cluster is born it keeps its durability itself, and each node goes by
     * that, whatever is set here.
     *
     * @param value what it takes
     * @return this
     */
    public EngineBuilder durability(Durability value) {
        durability = value;
        return this;
    }

    /**
     * The longest command. The same on all nodes. Default: 64 KiB; at most 16 MiB, and less than 8 MiB in a cluster. A
     * quarter of {@link #ringBytes} and of {@link #segmentBytes} must hold one.
     *
     * @param bytes its length
     * @return this
     */
    public EngineBuilder maxCommandBytes(int bytes) {
        maxCommandBytes = bytes;
        return this;
    }

    /**
     * The longest reply that submitters of this node are told; in place of a longer one they hear {@link
     * Outcome#REPLY_GONE}. For each that may be under way there is so much room. Default: 1024 bytes; at most 1 MiB.
     *
     * @param bytes its length
     * @return this
     */
    public EngineBuilder maxReplyBytes(int bytes) {
        maxReplyBytes = bytes;
        return this;
    }

    /**
     * How many commands one submitter may have under way. Room for the longest reply to each is kept. Default: 1024.
     *
     * @param commands how many, a power of two up to 1048576
     * @return this
     */
    public EngineBuilder window(int commands) {
        window = commands;
        return this;
    }

    /**
     * How many submitters may be open at a time. Default: 64; at most 4095.
     *
     * @param count how many
     * @return this
     */
    public EngineBuilder maxSubmitters(int count) {
        maxSubmitters = count;
        return this;
    }

    /**
     * The ring through which commands come to the hot thread, in slots of 256 bytes. A command with its head of 40 bytes
     * must fit a quarter of it. Default: 4 MiB.
     *
     * @param bytes its length, a power of two from 1 KiB to 1 GiB
     * @return this
     */
    public EngineBuilder ringBytes(int bytes) {
        ringBytes = bytes;
        return this;
    }

    /**
     * The longest datagram payload, and so the length at which frames close. The same on all nodes. Default: 1408 bytes,
     * which pass every network; 8192 are faster on loopback and where frames are jumbo.
     *
     * @param bytes its length, a multiple of 32 from 512 to 65504
     * @return this
     */
    public EngineBuilder mtuBytes(int bytes) {
        mtuBytes = bytes;
        return this;
    }

    /**
     * A segment of the journal: two of them are on the disk at least. A quarter of one must hold the longest frame.
     * Default: 32 MiB.
     *
     * @param bytes its length, a multiple of 64 KiB up to 512 MiB
     * @return this
     */
    public EngineBuilder segmentBytes(int bytes) {
        segmentBytes = bytes;
        return this;
    }

    /**
     * How much of the disk this node's journal may take, in bytes. Default: no bound. At four fifths an error is logged and
     * counted ({@code journal alarms}). At the bound a primary takes nothing more: new submits fail with {@link
     * EngineException.BackPressured}, and some that were taken up stay open until there is room; a standby falls behind.
     *
     * <p>There is room once the log could be cut, which is behind the older of two snapshots. So they are taken often enough
     * for it, whatever {@link #snapshots} says, but for {@link Snapshot#never}: then call {@link Engine#snapshot}, twice, with
     * commands in between, or raise the bound. From half of it on nothing is kept for standbys that were away.
     *
     * <p>It counts from the start on, whatever is there then; what was set aside as damaged counts too, and snapshots do not.
     * A follower that is not polled can keep one deleted segment on disk besides, and so can a backup. A segment of it is
     * kept back for what makes room.
     *
     * @param bytes how much; at least eight {@link #segmentBytes segments}
     * @return this
     */
    public EngineBuilder maxJournalBytes(long bytes) {
        maxJournalBytes = bytes;
        return this;
    }

    /**
     * How long what was appended may wait for the flusher, where this node does not wait for it itself. A standby keeps to
     * it also where a submitter at the primary waits for a flushed level. Default: 100 ms.
     *
     * @param value how long; zero flushes whenever there is something
     * @return this
     */
    public EngineBuilder flushInterval(Duration value) {
        flushInterval = value;
        return this;
    }

    /**
     * How often a snapshot of the state is taken, so that the log need not be kept for ever. Where there are standbys they
     * take them, one at a time, and the primary has the newest one brought. A node that is alone takes them itself, and applies
     * nothing while {@link StateMachine#save} runs: submitters wait. Plan for about three times the rule's log, and three
     * snapshots, of disk. In properties: {@code never}, a number of commands ({@code 1000000}), or bytes of log with k, m or g
     * ({@code 512m}). Default: for each GiB of log.
     *
     * @param rule how often
     * @return this
     */
    public EngineBuilder snapshots(Snapshot rule) {
        snapshots = rule;
        return this;
    }

    /**
     * How often a primary makes itself heard that has nothing else to say. The same on all nodes. Default: 30 ms.
     *
     * @param value how often; at most a third of {@link #electionTimeout}
     * @return this
     */
    public EngineBuilder heartbeat(Duration value) {
        heartbeat = value;
        return this;
    }

    /**
     * How long a primary may not be heard before another is elected. The same on all nodes. A node that stands still for
     * longer than that, for its garbage collector or its machine, loses its office. Default: 300 ms.
     *
     * @param value how long
     * @return this
     */
    public EngineBuilder electionTimeout(Duration value) {
        electionTimeout = value;
        return this;
    }

    /**
     * How late this node is to campaign: <em>a higher number makes it less preferred</em>. It leaves the others as many
     * election timeouts before it campaigns itself, so that a node with 0 becomes the primary where it can. It prefers, and
     * never decides. Default: 0.
     *
     * @param timeouts how many election timeouts, up to 10
     * @return this
     */
    public EngineBuilder priority(int timeouts) {
        priority = timeouts;
        return this;
    }

    /**
     * How long {@link Engine#submit} waits to be accepted, {@link Engine#read} to be served, and an operator's act to come
     * about, {@link Engine#add} among them, which waits for the node to be there. Default: 5 s.
     *
     * @param value how long
     * @return this
     */
    public EngineBuilder submitTimeout(Duration value) {
        submitTimeout = value;
        return this;
    }

    /**
     * How long a command's {@link Ack} is waited for; then its submitter hears how far it came. Only for levels that say
     * more or less than the reply itself: the default one, {@link Ack#QUORUM_APPENDED}, has no deadline in
     * {@link Mode#SYNC}, nor has {@link Ack#LOCAL_APPENDED} in {@link Mode#ASYNC}. Default: 1 s.
     *
     * @param value how long
     * @return this
     */
    public EngineBuilder ackTimeout(Duration value) {
        ackTimeout = value;
        return this;
    }

    /**
     * Makes the engine's threads, which are called {@code lockstep-a-hot}, {@code -applier}, {@code -background}, {@code
     * -state} and {@code -callbacks} then, if the node is "a"; there are as many as {@link #threading} needs. Default:
     * makes threads that are no daemons, so that a node goes on serving when the method that started it has returned, until it is closed or the
     * process is told to end. The one that closes, and the network's own in {@link Threading#PIPELINED}, are not made by it.
     * Code alone can set it.
     *
     * @param value makes them, not started
     * @return this
     */
    public EngineBuilder threadFactory(ThreadFactory value) {
        threadFactory = value;
        return this;
    }

    /**
     * Where futures complete. Default: none, so they complete on a thread of the engine's that does nothing else. With one
     * that has several threads they may complete in another order. What it refuses runs on the engine's thread all the same,
     * so that no future stays open, and the refusal goes to the error handler. {@link Engine#onRole Roles} are not told
     * there. Code alone can set it.
     *
     * @param value should hand over to other threads, and keep open until the engine is closed
     * @return this
     */
    public EngineBuilder callbackExecutor(Executor value) {
        callbackExecutor = value;
        return this;
    }

    /**
     * Hears what the application's own code has thrown where that stops nothing: a {@link ReplyListener}, a
     * {@link RoleListener}, a {@link #callbackExecutor} that refuses. The thread that polls a submitter calls it, and the
     * callback thread; it must not block. What happens to the engine itself is in its log and its {@link Engine#status},
     * and does not come here. Default: none, so it is logged as a warning, each kind once and then at most once a minute,
     * by the logger {@code dev.lockstep} of SLF4J. Code alone can set it.
     *
     * @param value hears of them
     * @return this
     */
    public EngineBuilder errorHandler(ErrorHandler value) {
        errorHandler = value;
        return this;
    }

    /**
     * Where the network's buffers are kept if there is room; otherwise they are in the {@link #directory}. Default:
     * {@code /dev/shm}.
     *
     * @param value a directory in memory
     * @return this
     */
    public EngineBuilder sharedMemory(Path value) {
        sharedMemory = value;
        return this;
    }

    /**
     * The directory of an Aeron media driver that runs elsewhere, and does this node's network work. Default: none, for a
     * driver within.
     *
     * @param value the driver's directory
     * @return this
     */
    public EngineBuilder externalDriver(Path value) {
        externalDriver = value;
        return this;
    }

    /**
     * Sets what properties say: each setting has the key {@code lockstep.} and its name, as {@code lockstep.members}. Sizes
     * may be written with k, m or g ({@code lockstep.segmentBytes=32m}), durations are with us, ms or s
     * ({@code lockstep.electionTimeout=300ms}). Other keys are passed over; one with the prefix that no setting has is a
     * mistake, and so is a value that cannot be read, unless properties that come later have a better one.
     *
     * @param properties are read now
     * @return this
     */
    public EngineBuilder from(Properties properties) {
        keys.read(properties, false);
        return this;
    }

    /**
     * Sets what the system's properties say, as {@link #from} does: called last, {@code -Dlockstep.heartbeat=10ms} overrides
     * everything. Keys with another dot behind the prefix are passed over too, unless one looks like a setting.
     *
     * @return this
     */
    public EngineBuilder fromSystemProperties() {
        keys.read(System.getProperties(), true);
        return this;
    }

    /**
     * Starts the node. Blocks until its journal is read and verified, and it listens; not until there is a primary, nor until
     * the journal is applied again, which goes on in the background: wait for a reply or a read, or look at {@link
     * EngineStatus#appliedIndex}.
     *
     * <p>{@link StateMachine#save} is called on this thread, for the state in which the node begins; from then on the state
     * machine belongs to the engine. So each start needs a new one, which nothing was applied to.
     *
     * @return the engine, to be closed
     * @throws EngineException.BadSettings if settings cannot be, or the JVM lacks flags; it says all of it, and nothing was
     *     started. Also if {@link #members} are given, and the directory is of a node that is alone
     * @throws StorageException if the directory is in use ({@link StorageException.InUse}), damaged, full, or of another
     *     cluster; the message says what to do
     * @throws TransportException if the network cannot be had: an address that is not this machine's, a port that is taken,
     *     a media driver that is not there
     * @throws EngineException if the node cannot start for another reason
     */
    public Engine start() {
        return EngineLauncher.start(settings(), stateMachine);
    }

    /** @return all settings, checked */
    EngineSettings settings() {
        List<String> mistakes = new ArrayList<>(keys.mistakes());
        List<String> ofMembers = new ArrayList<>();
        MemberList list = MemberList.parse(node, members, ofMembers);
        if (stateMachine == null && !isWitness(list)) {
            mistakes.add("stateMachine is not given; give the one that commands are to be applied to");
        }
        mistakes.addAll(ofMembers);
        EngineSettings settings = resolve(list);
        SettingsRules.check(settings, mistakes);
        checkPlatform(mistakes);
        if (!mistakes.isEmpty()) {
            throw new EngineException.BadSettings(mistakes);
        }
        return settings;
    }

    /** It keeps no log, so it applies nothing. */
    private boolean isWitness(MemberList list) {
        ListedMember self = node == null ? null : list.named(node);
        return self != null && self.kind() == MemberKind.WITNESS;
    }

    private EngineSettings resolve(MemberList list) {
        String name = Objects.requireNonNullElse(node, MemberList.SINGLE_NAME);
        return new EngineSettings(
                directory,
                name,
                list.numberOf(name),
                list,
                Objects.requireNonNullElse(threading, Threading.COMPACT),
                Objects.requireNonNullElse(idle, Idle.BACKOFF),
                Objects.requireNonNullElse(mode, Mode.SYNC),
                Objects.requireNonNullElse(durability, list.isSingle() ? Durability.FLUSHED : Durability.APPENDED),
                maxCommandBytes,
                maxReplyBytes,
                window,
                maxSubmitters,
                ringBytes,
                mtuBytes,
                segmentBytes,
                maxJournalBytes,
                EngineDefaults.nanos(flushInterval, 100),
                Objects.requireNonNullElseGet(snapshots, () -> Snapshot.everyBytes(EngineDefaults.SNAPSHOT_BYTES)),
                EngineDefaults.nanos(heartbeat, 30),
                EngineDefaults.nanos(electionTimeout, 300),
                priority,
                EngineDefaults.nanos(submitTimeout, 5_000),
                EngineDefaults.nanos(ackTimeout, 1_000),
                Objects.requireNonNullElseGet(threadFactory, () -> EngineDefaults.threadFactory(name)),
                callbackExecutor,
                errorHandler,
                Objects.requireNonNullElse(sharedMemory, Path.of("/dev/shm")),
                externalDriver);
    }

    private static void checkPlatform(List<String> mistakes) {
        try {
            Platform.check();
        } catch (Platform.Unsupported e) {
            mistakes.add(e.getMessage());
        }
    }
}
