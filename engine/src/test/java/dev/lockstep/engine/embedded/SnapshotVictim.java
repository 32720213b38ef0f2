package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Snapshot;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/** A process that submits 1, 2, 3 and so on, saves its state all the while, says how far it was answered, and is killed. */
final class SnapshotVictim {
    static final int EVERY = 300;
    private static final int WINDOW = 128;
    private static final int TOLD = 50;

    private SnapshotVictim() {}

    static EngineBuilder builder(Path directory, Adder adder) {
        return Engine.builder()
                .directory(directory)
                .stateMachine(adder)
                .durability(Durability.APPENDED)
                .segmentBytes(512 << 10)
                .maxJournalBytes(16 << 20)
                .maxCommandBytes(1024)
                .snapshots(Snapshot.every(EVERY));
    }

    /** @param args the node's directory */
    public static void main(String[] args) {
        LargeAdder adder = new LargeAdder();
        Engine engine = builder(Path.of(args[0]), adder).start();
        long next = engine.read(ReadConsistency.LINEARIZABLE, () -> adder.count)
                        .join()
                        .value()
                + 1;
        ArrayDeque<CompletableFuture<Reply>> underWay = new ArrayDeque<>();
        while (true) {
            underWay.add(engine.submit(Adder.number(next)));
            if (underWay.size() == WINDOW) {
                underWay.remove().join();
                long answered = next + 1 - WINDOW;
                if (answered % TOLD == 0) {
                    System.out.println(answered);
                }
            }
            next++;
        }
    }
}
