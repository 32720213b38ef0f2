package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.Reply;
import dev.lockstep.storage.backup.Backup;
import dev.lockstep.storage.backup.BackupLog;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Numbers that were added, by index: what the state is at any of them. Used by one thread at a time. */
final class BackedUp {
    private static final int WINDOW = 256;

    private final TreeMap<Long, Long> added = new TreeMap<>();
    private long submitted;

    /** Adds numbers as long as that is so. */
    void addWhile(Engine engine, BooleanSupplier condition) {
        record UnderWay(long number, CompletableFuture<Reply> reply) {}

        ArrayDeque<UnderWay> underWay = new ArrayDeque<>();
        while (condition.getAsBoolean() || !underWay.isEmpty()) {
            if (condition.getAsBoolean()) {
                long number = ++submitted;
                underWay.add(new UnderWay(number, engine.submit(Adder.number(number))));
            }
            if (underWay.size() == WINDOW || !condition.getAsBoolean()) {
                UnderWay oldest = underWay.remove();
                added.put(oldest.reply().join().position().index(), oldest.number());
            }
        }
    }

    void add(Engine engine, int count) {
        long until = submitted + count;
        addWhile(engine, () -> submitted < until);
    }

    /** @return the state where all is applied up to an index */
    String stateAt(long index) {
        Adder adder = new Adder();
        for (long number : added.headMap(index, true).values()) {
            adder.total += number;
            adder.count++;
            adder.hash = adder.hash * 31 + number;
        }
        return adder.describe();
    }

    static String stateOf(Engine engine, Adder adder) {
        return engine.read(ReadConsistency.LINEARIZABLE, adder::describe).join().value();
    }

    /** @return the last index of each frame of a backup, and the first */
    static List<long[]> framesOf(Path backup) {
        List<long[]> frames = new ArrayList<>();
        try (BackupLog log = Backup.open(backup).log()) {
            while (log.next()) {
                frames.add(new long[] {log.frame().firstIndex(), log.frame().lastIndex()});
            }
        }
        return frames;
    }
}
