package dev.lockstep.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.testkit.TestCluster;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.agrona.DirectBuffer;

/** What README.md shows, so that it compiles: {@link ReadmeTest} compares them. */
final class WhatTheReadmeShows {
    private WhatTheReadmeShows() {}

    static final class Counter implements StateMachine {
        static final int NOT_A_NUMBER = 1;
        private long total;

        @Override
        public void apply(Command command, Reply reply) {
            if (command.payload().capacity() != Long.BYTES) {
                reply.reject(NOT_A_NUMBER);
                return;
            }
            total += command.payload().getLong(0, ByteOrder.LITTLE_ENDIAN);
            reply.putLong(total);
        }

        long total() {
            return total;
        }

        @Override
        public long hash() {
            return 31 * total + 1;
        }

        @Override
        public void save(SnapshotOutput out) {
            out.putLong(total);
        }

        @Override
        public void load(SnapshotInput in) {
            total = in.getLong();
        }
    }

    static final class Orders implements StateMachine {
        static final int NOT_AN_ORDER = 1;
        private final Set<Long> open = new TreeSet<>();
        private Cluster cluster;

        @Override
        public void onStart(Cluster given) {
            cluster = given;
        }

        @Override
        public void apply(Command command, Reply reply) {
            if (command.payload().capacity() == Long.BYTES) {
                long order = command.payload().getLong(0, ByteOrder.LITTLE_ENDIAN);
                open.add(order);
                cluster.schedule(order, cluster.timeNs() + TimeUnit.MINUTES.toNanos(5));
            } else {
                reply.reject(NOT_AN_ORDER);
            }
        }

        @Override
        public void onTimer(long order, long deadlineNs) {
            open.remove(order);
        }

        @Override
        public void save(SnapshotOutput out) {
            out.putInt(open.size());
            open.forEach(out::putLong);
        }

        @Override
        public void load(SnapshotInput in) {
            open.clear();
            for (int left = in.getInt(); left > 0; left--) {
                open.add(in.getLong());
            }
        }

        int countOpen() {
            return open.size();
        }
    }

    static EngineBuilder bounded() {
        return Engine.builder().snapshots(Snapshot.every(1_000_000)).maxJournalBytes(8L << 30);
    }

    static void snapshot(Engine engine) {
        engine.snapshot().join();
    }

    static BackupReport backUp(Engine engine, Path backup, Path path) {
        BackupReport report = engine.backup(backup).join();
        Restore.from(backup).into(path);
        return report;
    }

    static RestoreReport restore(Path backup, Path path) {
        return Restore.from(backup)
                .toIndex(4711)
                .members("a=10.0.0.1:9000,b=10.0.0.2:9000,c=10.0.0.3:9000")
                .into(path);
    }

    static void change(Engine engine) {
        engine.add("d#4=10.0.0.4:9000").join();
        engine.makeVoter("d").join();
        engine.remove("c", false).join();
        engine.setMode(Mode.ASYNC).join();
        engine.transfer("b").join();
    }

    /** What it says of where to begin where the log does not reach back. */
    static Follower followWhatIsThere(Engine engine, Counter counter, FollowListener listener) {
        ReadResult<Long> now =
                engine.read(ReadConsistency.LOCAL, counter::total).join();
        return engine.follow(now.position().index() + 1, listener);
    }

    static void count(Path path) {
        Counter counter = new Counter();
        byte[] five = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(5)
                .array();
        try (Engine engine =
                Engine.builder().directory(path).stateMachine(counter).start()) {
            Reply reply = engine.submit(five).join();
            System.out.println(reply.outcome() + " " + reply.payload().getLong(0, ByteOrder.LITTLE_ENDIAN));
        }
    }

    static void tryInACluster(byte[] five, byte[] six) {
        TestCluster<Counter> cluster = TestCluster.of(3, Counter::new);
        cluster.apply(five);
        cluster.kill(cluster.primary());
        cluster.apply(six);
        cluster.awaitAgreement();
        assertThat(cluster.stateMachine("node1").total()).isEqualTo(11);
    }

    static EngineBuilder ofThree() {
        return Engine.builder().node("a").members("a=10.0.0.1:9000,b=10.0.0.2:9000,c=10.0.0.3:9000");
    }

    static long submit(
            Engine engine, DirectBuffer buffer, int offset, int length, BiConsumer<Long, DirectBuffer> user) {
        Uses uses = new Uses(user);
        return uses.submit(engine, buffer, offset, length);
    }

    /** What somebody makes of the log: keeps each command with its index at once, and so knows where to go on. */
    interface Feed {
        long nextIndex();

        void send(long index, DirectBuffer payload);

        boolean isWanted();
    }

    static void follow(Engine engine, Feed feed) {
        try (Follower follower =
                engine.follow(feed.nextIndex(), command -> feed.send(command.index(), command.payload()))) {
            while (feed.isWanted()) {
                if (follower.poll(1_000) == 0) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private record Uses(BiConsumer<Long, DirectBuffer> user) {
        private void use(long id, DirectBuffer payload) {
            user.accept(id, payload);
        }

        private long submit(Engine engine, DirectBuffer buffer, int offset, int length) {
            try (Submitter submitter = engine.newSubmitter()) {
                long number = submitter.offer(buffer, offset, length);
                while (submitter.pending() > 0) {
                    submitter.poll((id, reply) -> {
                        if (reply.outcome() == Outcome.APPLIED) {
                            use(id, reply.payload());
                        }
                    });
                }
                return number;
            }
        }
    }
}
