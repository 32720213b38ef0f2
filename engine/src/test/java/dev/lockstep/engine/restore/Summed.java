package dev.lockstep.engine.restore;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Adds up ones: what it comes to is how many commands were applied. */
final class Summed implements StateMachine {
    static final int SEGMENT_BYTES = 512 << 10;
    static final int EVERY = 1_000;

    private static final int WINDOW = 64;
    private static final byte[] ONE = ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(1)
            .array();

    private long total;

    @Override
    public void apply(Command command, Reply reply) {
        total += command.payload().getLong(0, ByteOrder.LITTLE_ENDIAN);
        reply.putLong(total);
    }

    @Override
    public void save(SnapshotOutput out) {
        out.putLong(total);
    }

    @Override
    public void load(SnapshotInput in) {
        total = in.getLong();
    }

    static Engine start(Path directory) {
        return Engine.builder()
                .directory(directory)
                .stateMachine(new Summed())
                .durability(Durability.APPENDED)
                .segmentBytes(SEGMENT_BYTES)
                .maxCommandBytes(1024)
                .snapshots(Snapshot.every(EVERY))
                .start();
    }

    static void add(Engine engine, int count) {
        ArrayDeque<CompletableFuture<Reply>> underWay = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            underWay.add(engine.submit(ONE));
            if (underWay.size() == WINDOW) {
                underWay.remove().join();
            }
        }
        underWay.forEach(CompletableFuture::join);
    }

    /** @return how many commands were applied, with this one */
    static long addOne(Engine engine) {
        return engine.submit(ONE).join().payload().getLong(0, ByteOrder.LITTLE_ENDIAN);
    }

    /** Adds until there is a snapshot, and a little more. */
    static void addBeyondSnapshot(Engine engine) {
        add(engine, EVERY);
        while (engine.status().snapshotIndex() == 0) {
            LockSupport.parkNanos(1_000_000);
        }
        add(engine, EVERY / 5);
    }
}
