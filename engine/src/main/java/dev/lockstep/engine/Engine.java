package dev.lockstep.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One node of a replicated service, embedded. Any thread may call any method, but for {@link #poll}, unless a method says
 * otherwise. None waits for the engine or for another node but {@link #close}; {@link #newSubmitter} takes a lock.
 *
 * <pre>{@code
 * try (Engine engine = Engine.builder().directory(path).stateMachine(new Counter()).start()) {
 *     engine.submit(bytes).join();
 * }
 * }</pre>
 *
 * <p>What is missing is refused on the spot: a method that is given null throws {@link NullPointerException}, and nothing
 * has happened.
 *
 * <p>Futures complete on the callback thread, or the executor that was given for that. Waiting for one that is open, on a
 * thread that the engine needs, throws {@link EngineException.WouldBlock} instead: {@code get} and {@code join} do, of these
 * futures and of those that are made from them by {@code thenApply} and the like. {@code CompletableFuture.allOf} makes
 * another kind, which waits; and the threads of an executor are not known to the engine.
 *
 * <p>What operators do ({@link #add}, {@link #makeVoter}, {@link #remove}, {@link #setMode}, {@link #skip}, {@link
 * #skipTimer}, {@link #transfer}, {@link #promote}) is done one act after another, each within the submit timeout, counted from the call. One
 * that has not come about by then completes exceptionally with {@link EngineException.ActRefused}, which says whether
 * nothing has happened, or whether it is not known if the act stands: then {@link #status} tells. Each also completes
 * exceptionally with {@link EngineException.Closed} if the engine is closed meanwhile.
 */
public interface Engine extends AutoCloseable {
    /** @return settings to be filled in; a directory and a state machine are enough */
    static EngineBuilder builder() {
        return new EngineBuilder();
    }

    /**
     * Opens a way in for one thread. In {@link Threading#CALLER} one that is opened by the thread that has {@link #poll
     * polled} goes straight to the log, without the ring; it is for that thread. Takes a lock, and makes the room for the
     * replies of a window: not for the hot path.
     *
     * @return a submitter, to be closed when it is not needed any more; closing the engine closes it too
     * @throws EngineException.Closed if the engine is closed
     * @throws EngineException if there are as many as there may be
     */
    Submitter newSubmitter();

    /**
     * Submits a command. Where another node is known to be the primary it is refused at once, with that node's name; while
     * none is known, or too much is under way, it waits until the submit timeout is over. It never reaches another node:
     * submit where the primary is.
     *
     * @param command its bytes, which must not change until the future completes
     * @return completes with the reply once the command is committed and applied, also if it was rejected; exceptionally
     *     with {@link EngineException.NotPrimary} or {@link EngineException.BackPressured} if it was not taken,
     *     {@link EngineException.OutcomeUnknown} if nobody can know, {@link EngineException.TooLarge}, or
     *     {@link EngineException.Closed}. There is no deadline once it was taken: a primary that loses its quorum goes on
     *     waiting for it, until it is deposed
     */
    default CompletableFuture<Reply> submit(byte[] command) {
        return submit(command, Ack.QUORUM_APPENDED);
    }

    /**
     * Submits a command, as {@link #submit(byte[])} does, and completes when a level is reached.
     *
     * @param command its bytes, which must not change until the future completes
     * @param ack when to complete. With a local one that is before it is applied, so there is no reply to read
     * @return as above; and exceptionally with {@link EngineException.LevelNotReached}, which has the reply, if the level
     *     is not reached within {@code ackTimeout} though the command stands
     * @throws IllegalArgumentException if the level is {@link Ack#NONE}
     */
    CompletableFuture<Reply> submit(byte[] command, Ack ack);

    /**
     * Looks at the state machine, between two commands, on the thread that applies them.
     *
     * @param consistency what the query must see at least
     * @param query looks and returns at once, for commands wait meanwhile; it must change nothing, and what it returns must
     *     not change later
     * @param <T> what it returns
     * @return completes with the result; exceptionally with what the query threw, which stops nothing, {@link EngineException.ReadUnavailable} if
     *     that much was not here in time, {@link EngineException.PositionLost}, or {@link EngineException.Closed}
     */
    <T> CompletableFuture<ReadResult<T>> read(ReadConsistency consistency, Supplier<T> query);

    /**
     * Reads the committed log, on a node of any role, as a stream: for feeds, audits, caches, and whoever must see every
     * change. It tells the commands that the state machine is given, each once and in order: none twice that came twice,
     * none that was not applied because it came too late or was skipped. Only what is committed is told, in {@link
     * Mode#ASYNC} too, and only as far as this node has applied it; so a command that is skipped after it was applied may
     * have been told.
     *
     * <p>To go on after a restart, keep {@link Follower#nextIndex} with what was made of the commands, and begin there, on this
     * node or any other. If you store a command's effect and {@code index + 1} in one transaction, each takes effect once.
     *
     * <pre>{@code
     * try (Follower follower = engine.follow(feed.nextIndex(), command -> feed.send(command.index(), command.payload()))) {
     *     while (isRunning()) {
     *         if (follower.poll(1_000) == 0) {
     *             idle();
     *         }
     *     }
     * }
     * }</pre>
     *
     * <p>An index says nothing of the history that it is of. {@link #promote} makes another one, and a follower tells by {@link
     * EngineException.PositionLost} that it has read what was left behind; so does {@link Restore}, which is another cluster.
     * Whoever begins anew after a promotion, or follows what was restored, must see to that himself: take back what came
     * behind the last index that both share, and follow from the one behind that.
     *
     * @param fromIndex the first index to be told; if the log has not come there it waits
     * @param listener hears the commands, in {@link Follower#poll}
     * @return the follower, to be closed when it is not needed any more; closing the engine closes it too
     * @throws IllegalArgumentException if the index is not 1 at least
     * @throws EngineException.Compacted if it is not in this node's log any more: begin with {@code engine.read(LOCAL, ...)},
     *     or LINEARIZABLE in {@link Mode#ASYNC}: its value is the state at {@code position().index()}; follow from the index
     *     behind that
     * @throws EngineException.Closed if the engine is closed
     * @throws EngineException if there are 64 followers already
     */
    Follower follow(long fromIndex, FollowListener listener);

    /**
     * Takes a snapshot of what this node has applied, now, whatever the {@link EngineBuilder#snapshots rule} says: before an
     * upgrade, or so that a restart is short. On any node that applies, though rather on a standby: it applies nothing
     * meanwhile, and a primary holds submitters up where that takes long. Returns at once; {@link StateMachine#save} runs on the
     * engine's thread {@code state}.
     *
     * <p>It begins at once if it can. It waits, for the submit timeout at most, while another snapshot is taken or arrives, for
     * a second after an election, and until all that was applied is committed. Once it has begun it has no deadline.
     *
     * @return completes with the place in history that a durable snapshot on this node includes, which is not before what
     *     was applied at the call; at once if one is kept already. Exceptionally with {@link EngineException.SnapshotFailed}
     *     if the state machine throws, the device refuses, the applier has stopped, or its turn did not come in time; what
     *     was kept before is intact. Exceptionally with {@link EngineException.Closed} if the engine is closed before it is
     *     known to be durable: then {@link EngineStatus#snapshotIndex} tells after the next start
     */
    CompletableFuture<Position> snapshot();

    /**
     * Does a turn of the engine's work, in {@link Threading#CALLER}; belongs to the thread that calls it first. Poll once
     * before you open a submitter or wait for a future on that thread: only then does the engine know it, so that the
     * submitter goes straight to the log, and the wait is refused instead of lasting for ever. Close on this thread, or go
     * on polling until it is negative.
     *
     * @return zero if there was nothing to do; a negative number once the engine has ended, because it was closed or has
     *     failed ({@link EngineStatus#failure}): then no turn does anything more
     * @throws IllegalStateException in another threading, or on another thread
     */
    int poll();

    /**
     * @return what the node was a moment ago: it may be a turn old, and its parts of two turns. For people and dashboards;
     *     that it says primary proves nothing, so nothing in the outside world may be fenced with it
     */
    EngineStatus status();

    /**
     * Tells a listener what the node is now, and whenever that is something else.
     *
     * @param listener hears of it, on the callback thread, as it says
     */
    void onRole(RoleListener listener);

    /**
     * A node follows from now on, and does not count until it is {@link #makeVoter made a voter}. Only on the primary.
     *
     * <p>Start the new node before, or at once after: with an empty directory, its own name, and a list of all members with
     * itself among them, by the number that it is given here. It waits there until it is added.
     *
     * <pre>{@code
     * // at the new node
     * Engine.builder().node("d").members("a=10.0.0.1:9000,b=10.0.0.2:9000,c=10.0.0.3:9000,d#4=10.0.0.4:9000") // ...
     * // at the primary
     * engine.add("d#4=10.0.0.4:9000").join();
     * engine.makeVoter("d").join(); // refused until it has caught up: try again
     * }</pre>
     *
     * <p>The others need not be started again; from their next start on give them the longer list too. A node that comes
     * back with a new disk is removed first, then added.
     *
     * @param member as in the member list, {@code name#number=host:port}; without a number it is given the next one. With
     *     {@code /witness} behind it it breaks ties from now on
     * @return completes once that is committed; exceptionally with {@link EngineException.ActRefused}, also if the member is
     *     written otherwise, or does not answer in time
     */
    CompletableFuture<Void> add(String member);

    /**
     * A node that was added, and has caught up, votes from now on. Only on the primary.
     *
     * @param name its name
     * @return completes once that is committed; exceptionally with {@link EngineException.ActRefused}
     */
    CompletableFuture<Void> makeVoter(String name);

    /**
     * A node is no member any more. Only on the primary.
     *
     * @param name its name
     * @param isConfirmed whether it is known to be gone for good; asked for if it is one of two
     * @return completes once that is committed; exceptionally with {@link EngineException.ActRefused}
     */
    CompletableFuture<Void> remove(String name, boolean isConfirmed);

    /**
     * When the primary applies and replies, from now on and cluster-wide. Only on the primary.
     *
     * @param mode which it is to be
     * @return completes once that is committed; exceptionally with {@link EngineException.ActRefused}
     */
    CompletableFuture<Void> setMode(Mode mode);

    /**
     * No node applies a command, nor ever will, in any replay: the way out where the state machine has thrown, which {@link
     * EngineStatus#applierFailure} says by an {@link EngineException.ApplyFailed}. Not where a node has drifted, or its code is
     * too old: there the command is sound, and would be taken from all nodes. A node that has applied it rebuilds its state
     * without it. Only on the primary; if that has stopped to apply it takes no commands, and does this.
     *
     * @param index the command's, which that failure says; it must be committed, no snapshot may include it, and this node must
     *     not have stopped there for another reason. There may be 64 of them in all the life of a cluster
     * @param why the reason, which the log keeps; not blank, and 256 bytes at most
     * @return completes once that is committed; exceptionally with {@link EngineException.ActRefused}
     */
    CompletableFuture<Void> skip(long index, String why);

    /**
     * No node lets a timer fire, in any replay: the way out where {@link StateMachine#onTimer} cannot take it. As {@link
     * #skip} in all else.
     *
     * @param index where it would fire, of {@link EngineStatus#applierFailureIndex}
     * @param timer its number, of {@link EngineStatus#applierFailure}
     * @param why the reason, which the log keeps; not blank, and 256 bytes at most
     * @return completes once that is committed; exceptionally with {@link EngineException.ActRefused}
     */
    CompletableFuture<Void> skipTimer(long index, long timer, String why);

    /**
     * Builds this node's state anew: from the newest snapshot that the primary keeps, or its own if that is newer, and from
     * the log. What to do with a node that has {@link EngineException.Drifted drifted}, once it is known why; take a {@link
     * #snapshot} at a sound node first if the log should not be applied again from further back. Correct the code first: the
     * same code drifts again. Meanwhile the node goes on journaling and voting. Takes as long as it takes, without a deadline.
     * Not on a primary, but one that is the only node.
     *
     * <p>That it has completed proves little, for what comes next is compared only then: watch {@link
     * EngineStatus#applierFailure} for some seconds.
     *
     * <p>Where nodes could not agree on their states and no majority says who is right, to ask this says that the primary is:
     * then only a snapshot of the primary's is loaded that is newer than this node's own, and if there is none this is refused.
     * That is so as far as this node has applied the log: one that stopped before does not know of it.
     *
     * @return completes once the state is built and has all but come up to the log's end; exceptionally with
     *     {@link EngineException.ActRefused} on a primary, or if there is no such snapshot, and with what stops its applier
     *     again, such as {@link EngineException.Drifted}
     */
    CompletableFuture<Void> rebuild();

    /**
     * Another node takes over, as soon as it has all. Only on the primary.
     *
     * @param name whose turn it is
     * @return completes when this node is not the primary any more; exceptionally with {@link EngineException.ActRefused},
     *     and then it goes on
     */
    CompletableFuture<Void> transfer(String name);

    /**
     * Goes on without voters that are lost for good: the one act that may lose what was committed. Those who are left found
     * another epoch, to which whoever comes back must yield.
     *
     * @param lost the names of the voters that are lost
     * @return completes when this node is of the new epoch; exceptionally with {@link EngineException.ActRefused}
     */
    CompletableFuture<Void> promote(List<String> lost);

    /**
     * Copies what is committed now into a directory, while the node goes on: its newest snapshot, and the log behind it.
     * {@link Restore} starts a node or a cluster from that. Any node may be backed up but a witness, a standby as well as the
     * primary. It is done on a thread of its own, at 64 MiB/s, and read back at the same rate before it counts; whatever happens
     * meanwhile, the directory holds no backup or a whole one, which has a {@code backup.manifest}. One at a time. A process
     * that is killed leaves an unfinished directory, without {@code backup.manifest}; remove it. Not of a node that has {@link
     * EngineException.Drifted drifted}.
     *
     * <p>It can be restored to any index from that of its snapshot to what was committed when it began. So that any index at
     * all can be gone back to, begin each one before the node has taken a snapshot beyond the last one's {@link
     * BackupReport#toIndex}. If something went wrong, back up first: the next snapshot takes the way back.
     *
     * @param directory where to: an empty directory, or none yet in one that exists, best on another device; nothing removes
     *     old ones
     * @return completes with what was written; exceptionally with {@link EngineException.BackupFailed}, or {@link
     *     EngineException.Closed} if the engine is closed meanwhile, which waits for its thread to end
     */
    CompletableFuture<BackupReport> backup(Path directory);

    /**
     * Stops at once to accept; what is under way is applied and flushed, peers are told, and whoever waits hears what is
     * known. Blocks until all is closed, but not on the engine's own threads: that is milliseconds mostly, and up to 40 s
     * where the state machine or the disk is stuck. If its work does not end within 10 s the files stay open until the
     * process ends. In {@link Threading#CALLER} another thread than the one that polls waits for that one to poll until it
     * is over. Idempotent.
     */
    @Override
    void close();
}
