package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Idle;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Threading;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.transport.TransportSettings.Terms;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.agrona.ErrorHandler;

/**
 * What an engine was told, with everything that was left out filled in. {@link dev.lockstep.engine.EngineBuilder} makes it,
 * nobody else, and it has been checked. Immutable.
 *
 * @param directory where the node keeps everything
 * @param name this node's name
 * @param node this node's number
 * @param members the members that the cluster is to be born with
 * @param threading who does the work
 * @param idle what hot threads do when there is nothing to do
 * @param mode when the primary applies, at birth
 * @param durability what an acknowledgement promises, at birth
 * @param maxCommandBytes the longest command
 * @param maxReplyBytes the longest reply
 * @param window how many commands one submitter may have under way, a power of two
 * @param maxSubmitters how many submitters may be open
 * @param ringBytes the ring through which commands come to the hot thread, a power of two
 * @param mtuBytes the longest datagram payload
 * @param segmentBytes a segment of the journal
 * @param maxJournalBytes what the journal may take of the disk; {@link JournalSettings#UNBOUNDED} if all of it
 * @param flushIntervalNs how long appended frames may wait for the flusher
 * @param snapshots how often a snapshot is taken
 * @param heartbeatNs how often a primary makes itself heard
 * @param electionTimeoutNs how long it may not be heard
 * @param priority how many election timeouts this node leaves the others before it campaigns
 * @param submitTimeoutNs how long {@code submit} and reads wait
 * @param ackTimeoutNs how long a level of acknowledgement is waited for
 * @param threadFactory makes the engine's threads
 * @param callbackExecutor where futures complete; null for a callback thread of the engine's own
 * @param errorHandler hears what the application's own code throws, if that stops nothing; null to have it logged
 * @param sharedMemory where the network's buffers are kept if there is room
 * @param externalDriver the directory of a media driver that runs elsewhere; null for one within
 */
public record EngineSettings(
        Path directory,
        String name,
        int node,
        MemberList members,
        Threading threading,
        Idle idle,
        Mode mode,
        Durability durability,
        int maxCommandBytes,
        int maxReplyBytes,
        int window,
        int maxSubmitters,
        int ringBytes,
        int mtuBytes,
        int segmentBytes,
        long maxJournalBytes,
        long flushIntervalNs,
        Snapshot snapshots,
        long heartbeatNs,
        long electionTimeoutNs,
        int priority,
        long submitTimeoutNs,
        long ackTimeoutNs,
        ThreadFactory threadFactory,
        Executor callbackExecutor,
        ErrorHandler errorHandler,
        Path sharedMemory,
        Path externalDriver) {
    /** What stands in the log before the bytes of each command: its session, its place in it, and the expected index. */
    public static final int COMMAND_HEAD_BYTES = 24;

    /** What the transport puts before a message in its datagram. */
    static final int DATAGRAM_HEAD_BYTES = 32;
    /** What the replica refuses to put into a CONFIG frame, however many members and epochs there are. */
    static final int MAX_CONFIG_BYTES = 64 << 10;
    /** The transport carries whole what fits this part of a term buffer. */
    static final int TERM_PART = 8;

    static final int MAX_TERM_BYTES = 64 << 20;

    /** @return this node in the list */
    public ListedMember self() {
        return members.named(name);
    }

    /** @return whether the cluster is meant to have one voter only; observers may follow it */
    public boolean isSingle() {
        return members.isSingle();
    }

    /** @return whether there is a member list, so that others can reach this node; otherwise there is no network at all */
    public boolean isListening() {
        return self().isListening();
    }

    /** @return the length at which a frame takes no further command: one datagram's */
    public int closeFrameAtBytes() {
        return mtuBytes - DATAGRAM_HEAD_BYTES - Replica.APPEND_OVERHEAD;
    }

    /** @return the longest frame: a full one, one of the longest command alone, or one of the longest configuration */
    public int maxFrameBytes() {
        int longestCommand = Math.max(maxCommandBytes + COMMAND_HEAD_BYTES, MAX_CONFIG_BYTES);
        return Math.max(closeFrameAtBytes(), Frame.lengthOfOne(longestCommand));
    }

    /** @return term buffers in which the longest frame, and two datagrams, have room; the defaults if they do */
    public Terms terms() {
        int longest = maxFrameBytes() + Replica.APPEND_OVERHEAD;
        return new Terms(
                termBytes(Terms.DEFAULT.controlBytes(), 2L * mtuBytes),
                termBytes(Terms.DEFAULT.logBytes(), (long) TERM_PART * longest),
                Terms.DEFAULT.bulkBytes(),
                Terms.DEFAULT.clientBytes());
    }

    private static int termBytes(int least, long needed) {
        int bytes = least;
        while (bytes < needed && bytes < MAX_TERM_BYTES) {
            bytes <<= 1;
        }
        return bytes;
    }

    /** @return what the journal is told; where frames must be flushed to count, none waits for the flusher */
    public JournalSettings journal() {
        return new JournalSettings(
                segmentBytes,
                JournalSettings.DEFAULT.prepareBytesPerSecond(),
                durability == Durability.FLUSHED ? 0 : flushIntervalNs,
                maxJournalBytes);
    }

    /** @return what an acknowledgement promises, as storage and replica call it */
    public dev.lockstep.storage.node.Durability storedDurability() {
        return durability == Durability.FLUSHED
                ? dev.lockstep.storage.node.Durability.FLUSHED
                : dev.lockstep.storage.node.Durability.APPENDED;
    }

    /**
     * @param stateMachineVersion the highest that the state machine supports
     * @return what the replica is told
     */
    public ReplicaSettings replica(int stateMachineVersion) {
        ReplicaSettings usual = ReplicaSettings.of(node, members.toFounders());
        return new ReplicaSettings(
                node,
                usual.founders(),
                mode,
                storedDurability(),
                heartbeatNs,
                electionTimeoutNs,
                priority,
                usual.catchUpBytes(),
                stateMachineVersion);
    }
}
