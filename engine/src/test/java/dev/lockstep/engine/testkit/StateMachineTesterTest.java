package dev.lockstep.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Cluster;
import dev.lockstep.engine.Command;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;

final class StateMachineTesterTest {
    /** Counts; its subclasses do one thing wrong each. */
    private static class Counter implements StateMachine {
        long total;

        @Override
        public void apply(Command command, Reply reply) {
            if (command.payload().capacity() == 0) {
                reply.reject(4);
                return;
            }
            total += command.payload().getByte(0);
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
    }

    private static StateMachineTester tried(StateMachineTester tester) {
        for (byte i = 1; i <= 5; i++) {
            tester.apply(new byte[] {i});
        }
        return tester;
    }

    @Test
    void aSoundStateMachinePasses() {
        StateMachineTester tester = tried(StateMachineTester.of(Counter::new));
        assertThat(tester.apply(new byte[] {6}).payload().getLong(0)).isEqualTo(21);
        Reply rejected = tester.apply(new byte[0]);
        assertThat(rejected.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(rejected.code()).isEqualTo(4);
        tester.check();
    }

    @Test
    void oneThatForgetsSomethingWhenItSavesIsFound() {
        StateMachineTester tester = tried(StateMachineTester.of(() -> new Counter() {
            @Override
            public void load(SnapshotInput in) {
                total = in.getLong() - 1;
            }
        }));
        assertThatThrownBy(tester::checkSnapshot)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("saved again");
    }

    @Test
    void oneThatReadsTooLittleOrTooMuchIsFound() {
        StateMachineTester little = tried(StateMachineTester.of(() -> new Counter() {
            @Override
            public void load(SnapshotInput in) {
                total = in.getInt();
            }
        }));
        assertThatThrownBy(little::checkSnapshot)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("has left 4");
        StateMachineTester much = tried(StateMachineTester.of(() -> new Counter() {
            @Override
            public void load(SnapshotInput in) {
                super.load(in);
                in.getByte();
            }
        }));
        assertThatThrownBy(much::check)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("load has thrown, given the 8 bytes")
                .hasCauseInstanceOf(EngineException.BadSnapshot.class);
    }

    @Test
    void repliesAreAsLongAsAnEngineTakesThemUnlessItIsSetOtherwise() {
        StateMachineTester tester = StateMachineTester.of(() -> new Counter() {
            @Override
            public void apply(Command command, Reply reply) {
                reply.putBytes(command.payload(), 0, command.payload().capacity());
            }
        });
        assertThat(tester.apply(new byte[1024]).payload().capacity()).isEqualTo(1024);
        assertThatThrownBy(() -> tester.apply(new byte[1025]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxReplyBytes, which is 1024");
        assertThat(tester.withMaxReplyBytes(1025)
                        .apply(new byte[1025])
                        .payload()
                        .capacity())
                .isEqualTo(1025);
        tester.check();
    }

    @Test
    void aSnapshotIsLoadedWithTheVersionThatWasActiveWhenItWasSaved() {
        List<Integer> loaded = new ArrayList<>();
        StateMachineTester tester = tried(StateMachineTester.of(() -> new Counter() {
            @Override
            public void load(SnapshotInput in) {
                loaded.add(in.version());
                super.load(in);
            }
        }));
        tester.withVersion(2).apply(new byte[] {1});
        tester.check();
        assertThat(loaded).containsExactly(2, 1);
    }

    @Test
    void oneThatDependsOnSomethingElseIsFound() {
        AtomicLong elsewhere = new AtomicLong();
        StateMachineTester tester = tried(StateMachineTester.of(() -> new Counter() {
            @Override
            public void apply(Command command, Reply reply) {
                super.apply(command, reply);
                reply.putLong(elsewhere.incrementAndGet());
            }
        }));
        assertThatThrownBy(tester::checkReplay)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not deterministic");
    }

    @Test
    void oneThatWritesIntoItsCommandIsFound() {
        StateMachineTester tester = StateMachineTester.of(() -> new Counter() {
            @Override
            public void apply(Command command, Reply reply) {
                ((MutableDirectBuffer) command.payload()).putByte(0, (byte) 9);
            }
        });
        assertThatThrownBy(() -> tester.apply(new byte[] {1}))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("belong to the journal");
    }

    @Test
    void timeAndVersionAreTheTesters() {
        long[] seen = new long[2];
        StateMachineTester tester = StateMachineTester.of(() -> new Counter() {
            @Override
            public void apply(Command command, Reply reply) {
                seen[0] = command.clusterTimeNs();
                seen[1] = command.version();
            }
        });
        tester.apply(new byte[] {1});
        long before = seen[0];
        tester.withVersion(2).pass(5_000_000_000L).apply(new byte[] {1});
        assertThat(seen[0]).isGreaterThan(before + 5_000_000_000L);
        assertThat(seen[1]).isEqualTo(2);
    }

    @Test
    void aHashThatDependsOnMoreThanTheStateIsFound() {
        StateMachineTester sound = StateMachineTester.of(() -> new Counter() {
            @Override
            public long hash() {
                return 31 + total;
            }
        });
        tried(sound).check();
        AtomicLong made = new AtomicLong();
        StateMachineTester unsound = StateMachineTester.of(() -> new Counter() {
            private final long number = made.incrementAndGet();

            @Override
            public long hash() {
                return number;
            }
        });
        assertThatThrownBy(tried(unsound)::checkSnapshot)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("hash is 1, and 2 after a state was saved and loaded");
        assertThatThrownBy(unsound::checkReplay).hasMessageContaining("after the same commands");
    }

    @Test
    void timersFireBeforeTheCommandWhoseTimeIsTheirs() {
        List<String> seen = new ArrayList<>();
        StateMachineTester tester = StateMachineTester.of(() -> new Counter() {
            private Cluster cluster;

            @Override
            public void onStart(Cluster newCluster) {
                cluster = newCluster;
            }

            @Override
            public void apply(Command command, Reply reply) {
                super.apply(command, reply);
                seen.add("command " + cluster.index());
                if (cluster.index() == 1) {
                    cluster.schedule(8, cluster.timeNs() + 5_000_000_000L);
                    cluster.schedule(7, 0);
                }
            }

            @Override
            public void onTimer(long id, long deadlineNs) {
                seen.add("timer " + id + " before " + cluster.index());
            }
        });
        tester.apply(new byte[] {1});
        tester.apply(new byte[] {2});
        tester.pass(5_000_000_000L).apply(new byte[] {3});
        assertThat(seen).containsExactly("command 1", "timer 7 before 2", "command 2", "timer 8 before 3", "command 3");
        tester.check();
    }
}
