package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SessionsCodecTest {
    private static final int MAX_SESSIONS = 5;
    private static final int MAX_REPLY = 100;
    private static final int MAX_BYTES = 1000;

    private static SessionTable table(int maxSessions, int maxBytes, int maxReply) {
        return new SessionTable(maxSessions, new ReplyLog(maxBytes, maxReply));
    }

    private static SessionTable table() {
        return table(MAX_SESSIONS, MAX_BYTES, MAX_REPLY);
    }

    private static byte[] save(SessionTable table) {
        MemoryBytes bytes = new MemoryBytes();
        BufferedSnapshotOutput out = bytes.output(64);
        SessionsCodec.save(table, out);
        out.flush();
        return bytes.toByteArray();
    }

    private static void load(SessionTable table, byte[] bytes) {
        BufferedSnapshotInput in = MemoryBytes.input(bytes, 33, 64);
        SessionsCodec.load(table, in);
        assertThat(in.isAtEnd()).isTrue();
    }

    private static SessionTable copy(SessionTable table) {
        SessionTable copy = table();
        load(copy, save(table));
        return copy;
    }

    /** Does the same to any table that the same seed comes with, and notes every answer. */
    private static final class User {
        private final SplittableRandom random;
        private final SessionTable table;
        private final UnsafeBuffer reply = new UnsafeBuffer(new byte[2 * MAX_REPLY]);
        private final List<Object> answers = new ArrayList<>();
        private long names;
        private long nowNs;

        User(long seed, SessionTable table, long names, long nowNs) {
            this.random = new SplittableRandom(seed);
            this.table = table;
            this.names = names;
            this.nowNs = nowNs;
        }

        User run(int steps) {
            for (int i = 0; i < steps; i++) {
                nowNs += random.nextInt(3);
                step(1 + random.nextLong(names + 1));
            }
            return this;
        }

        private void step(long id) {
            switch (random.nextInt(40)) {
                case 0, 1 -> answers.add(table.open(++names, nowNs));
                case 2 -> answers.add(table.open(id, nowNs));
                case 3 -> table.close(id);
                case 4 -> table.renewAll(nowNs);
                case 5, 6 -> table.renew(id, nowNs);
                case 7 -> answers.add(table.expire(nowNs - 100));
                default -> command(Math.max(1, names - random.nextInt(MAX_SESSIONS + 2)));
            }
            answers.add(table.size());
            answers.add(table.size() == 0 ? 0 : table.oldestActiveNs());
            answers.add(table.replies().bytes());
        }

        private void command(long id) {
            long last = table.contains(id) ? table.lastSequence(id) : 0;
            long sequence = random.nextBoolean() ? last + 1 : Math.max(1, last + 2 - random.nextInt(15));
            SessionTable.Admission admission = table.admit(id, sequence, nowNs);
            answers.add(admission);
            if (admission == SessionTable.Admission.APPLY) {
                int length = random.nextInt(MAX_REPLY + 10);
                reply.setMemory(0, reply.capacity(), (byte) random.nextInt());
                table.onApplied(id, random.nextInt(), reply, 0, length);
            } else if (admission == SessionTable.Admission.REPEATED) {
                byte[] kept = new byte[table.repeatedLength()];
                table.copyRepeated(new UnsafeBuffer(kept), 0);
                answers.add(table.repeatedCode());
                answers.add(Arrays.hashCode(kept));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aTableThatWasLoadedAnswersAsTheOneThatWasSaved(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SessionTable original = table();
        User before = new User(seed, original, 0, 1000);
        for (int round = 0; round < 100; round++) {
            before = new User(round, original, before.names, before.nowNs).run(random.nextInt(200));
            SessionTable loaded = copy(original);
            User there = new User(round + 7, original, before.names, before.nowNs).run(1000);
            User here = new User(round + 7, loaded, before.names, before.nowNs).run(1000);
            assertThat(here.answers).isEqualTo(there.answers);
            before = there;
        }
        assertThat(before.answers).contains(SessionTable.Admission.REPEATED, SessionTable.Admission.REPLY_EVICTED);
    }

    @Test
    void theBytesAreTheSameWhateverTheNodeBeganWith() {
        SessionTable original = table();
        User user = new User(1, original, 0, 1000);
        for (int round = 0; round < 200; round++) {
            user.run(37);
            assertThat(save(copy(original))).isEqualTo(save(original));
        }
    }

    @Test
    void whoeverExpectsAnIndexIsOutdatedAfterALoadAsBefore() {
        SessionTable table = table();
        table.onCommand(7);
        SessionTable other = table();
        other.onCommand(9);
        assertThat(copy(table).lastCommandIndex()).isEqualTo(7);
        load(other, save(table));
        assertThat(other.lastCommandIndex()).isEqualTo(7);
        other.clear();
        assertThat(other.lastCommandIndex()).isZero();
    }

    @Test
    void aLoadReplacesEverything() {
        SessionTable full = table();
        new User(1, full, 0, 1000).run(5000);
        SessionTable target = table();
        new User(2, target, 0, 1_000_000).run(5000);
        load(target, save(full));
        assertThat(save(target)).isEqualTo(save(full));
        load(target, save(table()));
        assertThat(target.size()).isZero();
        assertThat(target.replies().bytes()).isZero();
        assertThat(save(target)).isEqualTo(save(table()));
        assertThat(new User(3, target, 0, 1).run(5000).answers).isEqualTo(new User(3, table(), 0, 1).run(5000).answers);
    }

    @Test
    void nodesThatAreNotSetAlikeDoNotShareSessions() {
        byte[] saved = save(table());
        assertThatThrownBy(() -> load(table(6, MAX_BYTES, MAX_REPLY), saved))
                .isInstanceOf(EngineException.BadSnapshot.class)
                .hasMessageContaining("there may be 5 sessions, and here there may be 6");
        assertThatThrownBy(() -> load(table(5, 1001, MAX_REPLY), saved))
                .isInstanceOf(EngineException.BadSnapshot.class)
                .hasMessageContaining("1000 bytes of replies");
        assertThatThrownBy(() -> load(table(5, MAX_BYTES, 99), saved))
                .isInstanceOf(EngineException.BadSnapshot.class)
                .hasMessageContaining("100 bytes of one reply");
        saved[0]++;
        assertThatThrownBy(() -> load(table(), saved))
                .isInstanceOf(EngineException.BadSnapshot.class)
                .hasMessageContaining("3 stands where the format of sessions, which here is 2, should");
    }

    @Test
    void bytesThatAreCutAreRefused() {
        SessionTable full = table();
        new User(1, full, 0, 1000).run(3000);
        byte[] saved = save(full);
        for (int length = 0; length < saved.length; length++) {
            byte[] cut = Arrays.copyOf(saved, length);
            assertThatThrownBy(() -> SessionsCodec.load(table(), MemoryBytes.input(cut, 100, 64)))
                    .isInstanceOf(EngineException.BadSnapshot.class);
        }
    }

    /** Either it cannot be, and that is said; or it can be, and then the table works. */
    @Test
    void bytesThatAreChangedDoNoHarm() {
        SessionTable full = table();
        User user = new User(1, full, 0, 1000).run(3000);
        byte[] saved = save(full);
        SplittableRandom random = new SplittableRandom(9);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = saved.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) (random.nextInt(4) == 0 ? -1 : random.nextInt());
            }
            SessionTable table = table();
            try {
                SessionsCodec.load(table, MemoryBytes.input(changed, 100, 64));
            } catch (EngineException.BadSnapshot e) {
                refused++;
                continue;
            }
            long later = Math.max(0, table.size() == 0 ? 0 : latest(table)) + user.nowNs;
            if (later > 0) {
                new User(round, table, user.names, later).run(50);
            }
        }
        assertThat(refused).isBetween(1000, 19_000);
    }

    private static long latest(SessionTable table) {
        long[] latest = {0};
        table.forEach((id, sequence, reply, activeNs) -> latest[0] = Math.max(latest[0], activeNs));
        return latest[0];
    }

    private static void assertRefused(String what, Consumer<SnapshotOutput> behindTheLimits) {
        MemoryBytes bytes = new MemoryBytes();
        BufferedSnapshotOutput out = bytes.output(64);
        for (int each : new int[] {2, MAX_SESSIONS, MAX_BYTES, MAX_REPLY}) {
            out.putInt(each);
        }
        out.putLong(0);
        behindTheLimits.accept(out);
        out.flush();
        assertThatThrownBy(() -> SessionsCodec.load(table(), bytes.input(64)))
                .isInstanceOf(EngineException.BadSnapshot.class)
                .hasMessageContaining(what);
    }

    private static void putReply(SnapshotOutput out, int previous, int length) {
        out.putInt(previous);
        out.putLong(1);
        out.putInt(0);
        out.putInt(length);
        out.putBytes(new UnsafeBuffer(new byte[MAX_REPLY]), 0, Math.max(0, Math.min(length, MAX_REPLY)));
    }

    private static void putSession(SnapshotOutput out, long id, long sequence, int reply, long activeNs) {
        out.putLong(id);
        out.putLong(sequence);
        out.putInt(reply);
        out.putLong(activeNs);
    }

    @Test
    void aCountThatCannotBeTakesNoMemory() {
        assertRefused("a count of replies", out -> out.putInt(Integer.MAX_VALUE));
        assertRefused("a count of replies", out -> out.putInt(-1));
        assertRefused("a count of sessions", out -> {
            out.putInt(0);
            out.putInt(MAX_SESSIONS + 1);
        });
        assertRefused("a count of sessions", out -> {
            out.putInt(0);
            out.putInt(-1);
        });
    }

    @Test
    void aReplyThatCannotBeIsRefused() {
        for (int length : new int[] {-1, MAX_REPLY + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertRefused("the length of a reply", out -> {
                out.putInt(1);
                putReply(out, 0, length);
            });
        }
        for (int previous : new int[] {-1, 2, 3}) {
            assertRefused("the number of a reply", out -> {
                out.putInt(2);
                putReply(out, 0, 1);
                putReply(out, previous, 1);
            });
        }
        assertRefused("the length of a reply", out -> {
            out.putInt(10);
            for (int i = 0; i < 10; i++) {
                putReply(out, i, MAX_REPLY); // one more than there is room for
            }
        });
    }

    @Test
    void aSessionThatCannotBeIsRefused() {
        assertRefused("the name of another session", out -> {
            out.putInt(0);
            out.putInt(2);
            putSession(out, 7, 1, 0, 5);
            putSession(out, 7, 1, 0, 5);
        });
        assertRefused("the number of a command", out -> {
            out.putInt(0);
            out.putInt(1);
            putSession(out, 7, -1, 0, 5);
        });
        assertRefused("the number of a reply", out -> {
            out.putInt(0);
            out.putInt(1);
            putSession(out, 7, 1, 1, 5);
        });
        assertRefused("a later time", out -> {
            out.putInt(0);
            out.putInt(2);
            putSession(out, 7, 1, 0, 5);
            putSession(out, 8, 1, 0, 4);
        });
    }
}
