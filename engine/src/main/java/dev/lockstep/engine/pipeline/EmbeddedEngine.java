package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.FollowListener;
import dev.lockstep.engine.Follower;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.ReadResult;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.RoleListener;
import dev.lockstep.engine.Submitter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The engine as its user holds it: hands over to the desks of the node's threads. What it is given is checked here, on the
 * thread of whoever is wrong: no thread of the node's may stop for it. Any thread.
 */
final class EmbeddedEngine implements Engine {
    private final NodeThreads threads;
    private final NodeDesks desks;

    EmbeddedEngine(NodeThreads threads, NodeDesks desks) {
        this.threads = threads;
        this.desks = desks;
    }

    @Override
    public Submitter newSubmitter() {
        return desks.newSubmitter(threads.isPolling());
    }

    @Override
    public CompletableFuture<Reply> submit(byte[] command, Ack ack) {
        Objects.requireNonNull(command, "command");
        Wish.requireLevel(ack);
        EngineFuture<Reply> future = threads.newFuture();
        desks.callbacks().submit(command, ack, future, desks.submitTimeoutNs());
        return future;
    }

    @Override
    public <T> CompletableFuture<ReadResult<T>> read(ReadConsistency consistency, Supplier<T> query) {
        Objects.requireNonNull(consistency, "consistency");
        Objects.requireNonNull(query, "query");
        EngineFuture<ReadResult<T>> future = threads.newFuture();
        desks.read(consistency, query, future);
        return future;
    }

    @Override
    public Follower follow(long fromIndex, FollowListener listener) {
        Objects.requireNonNull(listener, "listener");
        return threads.followers().follow(fromIndex, listener);
    }

    @Override
    public CompletableFuture<Position> snapshot() {
        EngineFuture<Position> future = threads.newFuture();
        desks.snapshot(future);
        return future;
    }

    @Override
    public int poll() {
        return threads.poll();
    }

    @Override
    public EngineStatus status() {
        return desks.view().status();
    }

    @Override
    public void onRole(RoleListener listener) {
        desks.roles().add(Objects.requireNonNull(listener, "listener"));
    }

    private CompletableFuture<Void> act(String what, OperatorDesk.Aim aim, OperatorDesk.Body body) {
        EngineFuture<Void> future = threads.newFuture();
        desks.ask(what, body, aim, future);
        return future;
    }

    @Override
    public CompletableFuture<Void> add(String member) {
        Objects.requireNonNull(member, "member");
        return act("adding " + member, OperatorDesk.Aim.COMMITTED, new Addition(desks, member));
    }

    @Override
    public CompletableFuture<Void> makeVoter(String name) {
        Objects.requireNonNull(name, "name");
        return act("making node " + name + " a voter", OperatorDesk.Aim.COMMITTED, acts -> {
            acts.makeVoter(desks.numberOf(name));
            return true;
        });
    }

    @Override
    public CompletableFuture<Void> remove(String name, boolean isConfirmed) {
        Objects.requireNonNull(name, "name");
        return act("removing node " + name, OperatorDesk.Aim.COMMITTED, acts -> {
            acts.remove(desks.numberOf(name), isConfirmed);
            return true;
        });
    }

    @Override
    public CompletableFuture<Void> setMode(Mode mode) {
        Objects.requireNonNull(mode, "mode");
        return act("setting mode " + mode, OperatorDesk.Aim.COMMITTED, acts -> {
            acts.setMode(mode);
            return true;
        });
    }

    @Override
    public CompletableFuture<Void> skip(long index, String why) {
        Objects.requireNonNull(why, "why");
        return act("skipping index " + index, OperatorDesk.Aim.COMMITTED, acts -> {
            desks.checkSkip(index);
            acts.skip(index, why);
            return true;
        });
    }

    @Override
    public CompletableFuture<Void> skipTimer(long index, long timer, String why) {
        Objects.requireNonNull(why, "why");
        return act("skipping timer " + timer + " at index " + index, OperatorDesk.Aim.COMMITTED, acts -> {
            desks.checkSkip(index);
            acts.skipTimer(index, timer, why);
            return true;
        });
    }

    @Override
    public CompletableFuture<Void> rebuild() {
        EngineFuture<Void> future = threads.newFuture();
        desks.rebuild(future);
        return future;
    }

    @Override
    public CompletableFuture<Void> transfer(String name) {
        Objects.requireNonNull(name, "name");
        return act("handing over to node " + name, OperatorDesk.Aim.HANDED_OVER, acts -> {
            acts.transfer(desks.numberOf(name));
            return true;
        });
    }

    @Override
    public CompletableFuture<Void> promote(List<String> lost) {
        List<String> names = List.copyOf(lost);
        return act("promoting this node", OperatorDesk.Aim.OTHER_EPOCH, acts -> {
            acts.promote(names.stream().map(desks::numberOf).toList());
            return true;
        });
    }

    @Override
    public CompletableFuture<BackupReport> backup(Path directory) {
        Objects.requireNonNull(directory, "directory");
        EngineFuture<BackupReport> future = threads.newFuture();
        desks.backups().begin(directory, future);
        return future;
    }

    @Override
    public void close() {
        threads.close();
    }
}
