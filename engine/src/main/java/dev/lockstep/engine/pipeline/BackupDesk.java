package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.MemberKind;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.StorageException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;

/** Makes backups, one at a time, each on a thread that is made for it and ends with it. Any thread. */
final class BackupDesk {
    private static final long END_NS = TimeUnit.SECONDS.toNanos(10);

    /** What a backup needs. */
    record Parts(
            String name,
            MemberKind kind,
            BackupRun.Source source,
            Disk disk,
            NanoClock clock,
            ThreadFactory factory,
            Executor callbacks,
            Supplier<Throwable> failure,
            Supplier<EngineException> applierFailure,
            BooleanSupplier isOneOfSeveral) {}

    private final Parts parts;
    private boolean isUnderWay; // guarded by the lock
    /** Of the thread that was made last; null before the first. Guarded by the lock. */
    private CountDownLatch lastEnded;

    private CompletableFuture<BackupReport> last; // guarded by the lock

    private boolean isClosed; // guarded by the lock

    BackupDesk(Parts parts) {
        this.parts = parts;
    }

    void begin(Path directory, CompletableFuture<BackupReport> future) {
        CountDownLatch ended = new CountDownLatch(1);
        EngineException refused = take(directory, future, ended);
        if (refused != null) {
            future.completeExceptionally(refused);
            return;
        }
        try {
            Thread thread = parts.factory().newThread(() -> work(directory, future, ended));
            thread.setName("lockstep-" + parts.name() + "-backup");
            thread.start();
        } catch (RuntimeException | Error e) {
            release();
            ended.countDown();
            future.completeExceptionally(failed(directory, e));
        }
    }

    /** @return why it cannot be begun; null if it is */
    private synchronized EngineException take(
            Path directory, CompletableFuture<BackupReport> future, CountDownLatch ended) {
        if (isClosed || parts.source().state().isClosing()) {
            return new EngineException.Closed(
                    "a backup is asked for, but the engine is closed",
                    parts.failure().get());
        }
        if (parts.kind() == MemberKind.WITNESS) {
            return new EngineException.BackupFailed(
                    "node " + parts.name() + " is a witness, which keeps no log; back up another node", null);
        }
        if (parts.applierFailure().get() instanceof EngineException.Drifted drifted) {
            return new EngineException.BackupFailed(
                    "node " + parts.name() + " has drifted, and its snapshots may be wrong; "
                            + (parts.isOneOfSeveral().getAsBoolean()
                                    ? "back up another node"
                                    : "if what it has is to be kept as it is, stop it, and copy its directory"),
                    drifted);
        }
        if (isUnderWay) {
            return new EngineException.BackupFailed(
                    "a backup into " + directory + " is asked for, while another one is under way; wait for that",
                    null);
        }
        isUnderWay = true;
        last = future;
        lastEnded = ended;
        return null;
    }

    private synchronized void release() {
        isUnderWay = false;
    }

    private void work(Path directory, CompletableFuture<BackupReport> future, CountDownLatch ended) {
        Runnable answer;
        try {
            BackupReport report = run(directory);
            answer = () -> future.complete(report);
        } catch (Throwable e) { // whatever it is, somebody waits for it, and the node goes on
            EngineException why = failed(directory, e);
            answer = () -> future.completeExceptionally(why);
        }
        release(); // before: whoever hears of it may ask for the next one
        parts.callbacks().execute(answer);
        ended.countDown(); // after: closing ends the callbacks too
    }

    private BackupReport run(Path directory) {
        BackupPace pace = new BackupPace(parts.source().state()::isClosing, parts.clock());
        return new BackupRun(parts.source(), directory, parts.disk(), pace, System.currentTimeMillis()).run();
    }

    private EngineException failed(Path directory, Throwable why) {
        if (why instanceof EngineException known) {
            return known;
        }
        String reason = why instanceof StorageException ? why.getMessage() : why.toString();
        return new EngineException.BackupFailed("the backup into " + directory + " came to nothing: " + reason, why);
    }

    /**
     * No backup begins any more; returns when the one that is under way has let go of the node's files.
     *
     * @throws EngineException if it does not: then they must stay open
     */
    void close() {
        CountDownLatch ended;
        synchronized (this) {
            isClosed = true;
            ended = lastEnded;
        }
        if (ended != null && !Waiting.await(ended, END_NS)) {
            last.completeExceptionally(new EngineException.Closed(
                    "the engine was closed, and the backup does not end",
                    parts.failure().get()));
            throw new EngineException("a backup did not end within " + TimeUnit.NANOSECONDS.toSeconds(END_NS)
                    + " s, so the node's files stay open until the process ends; does the disk stand still?");
        }
    }
}
