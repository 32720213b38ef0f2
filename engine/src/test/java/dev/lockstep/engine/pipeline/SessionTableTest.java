package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.pipeline.SessionTable.Admission;
import dev.lockstep.storage.Invariant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class SessionTableTest {
    private static final int MAX_REPLY = 100;
    private static final int MAX_BYTES = 10 * 128;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024]);
    private final SessionTable table = new SessionTable(4, new ReplyLog(MAX_BYTES, MAX_REPLY));
    private long nowNs = 1000;

    /** A command comes; if it is the next one it is applied, and answered with its own number. */
    private Admission command(long session, long sequence) {
        return command(session, sequence, Long.BYTES);
    }

    private Admission command(long session, long sequence, int replyLength) {
        Admission admission = table.admit(session, sequence, ++nowNs);
        if (admission == Admission.APPLY) {
            buffer.putLong(0, sequence * 7);
            table.onApplied(session, (int) sequence, buffer, 0, replyLength);
        }
        return admission;
    }

    private long repeatedReply() {
        UnsafeBuffer into = new UnsafeBuffer(new byte[MAX_REPLY]);
        table.copyRepeated(into, 0);
        return into.getLong(0);
    }

    @Test
    void theNextOneIsAppliedAndOneThatComesAgainGetsTheReplyItGot() {
        table.open(5, nowNs);
        assertThat(command(5, 1)).isEqualTo(Admission.APPLY);
        assertThat(command(5, 2)).isEqualTo(Admission.APPLY);
        assertThat(command(5, 1)).isEqualTo(Admission.REPEATED);
        assertThat(repeatedReply()).isEqualTo(7);
        assertThat(table.repeatedCode()).isEqualTo(1);
        assertThat(table.repeatedLength()).isEqualTo(Long.BYTES);
        assertThat(command(5, 2)).isEqualTo(Admission.REPEATED);
        assertThat(repeatedReply()).isEqualTo(14);
        assertThat(table.lastSequence(5)).isEqualTo(2);
    }

    @Test
    void behindAGapNothingIsApplied() {
        table.open(5, nowNs);
        command(5, 1);
        assertThat(command(5, 3)).isEqualTo(Admission.GAP);
        assertThat(table.lastSequence(5)).isEqualTo(1);
        assertThat(command(5, 2)).isEqualTo(Admission.APPLY);
        assertThat(command(5, 3)).isEqualTo(Admission.APPLY);
    }

    @Test
    void whoWasNeverOpenedOrIsClosedIsExpired() {
        assertThat(command(9, 1)).isEqualTo(Admission.EXPIRED);
        table.open(9, nowNs);
        command(9, 1);
        table.close(9);
        table.close(9);
        assertThat(command(9, 1)).isEqualTo(Admission.EXPIRED);
        assertThat(table.size()).isZero();
    }

    @Test
    void openingAgainChangesNothing() {
        assertThat(table.open(5, nowNs)).isTrue();
        command(5, 1);
        assertThat(table.open(5, nowNs)).isFalse();
        assertThat(command(5, 1)).isEqualTo(Admission.REPEATED);
    }

    @Test
    void whoIsIdleForLongestGoesWhenThereAreTooMany() {
        for (long session = 1; session <= 4; session++) {
            table.open(session, ++nowNs);
        }
        command(1, 1);
        table.open(5, ++nowNs);
        assertThat(command(2, 1)).isEqualTo(Admission.EXPIRED);
        assertThat(command(1, 2)).isEqualTo(Admission.APPLY);
        assertThat(table.size()).isEqualTo(4);
    }

    @Test
    void whoIsIdleForTooLongExpiresUnlessItIsRenewed() {
        table.open(1, 1000);
        table.open(2, 1000);
        table.open(3, 1001);
        table.renew(1, 1002);
        table.renew(77, 1002);
        assertThat(table.oldestActiveNs()).isEqualTo(1000);
        assertThat(table.expire(1001)).isEqualTo(2);
        nowNs = 1002;
        assertThat(command(1, 1)).isEqualTo(Admission.APPLY);
        assertThat(command(2, 1)).isEqualTo(Admission.EXPIRED);
        assertThat(table.expire(1002)).isZero();
    }

    @Test
    void aNewPrimaryRenewsAll() {
        table.open(1, 1000);
        table.open(2, 1001);
        table.renewAll(5000);
        assertThat(table.expire(4999)).isZero();
        assertThat(table.expire(5000)).isEqualTo(2);
    }

    @Test
    void timeNeverGoesBack() {
        table.open(1, 1000);
        assertThatThrownBy(() -> table.open(2, 999)).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void theOldestRepliesGoFirstAndThatTheyWereGivenIsKnownStill() {
        table.open(1, nowNs);
        table.open(2, nowNs);
        for (long sequence = 1; sequence <= 30; sequence++) {
            command(1, sequence, MAX_REPLY);
        }
        assertThat(command(1, 1)).isEqualTo(Admission.REPLY_EVICTED);
        assertThat(command(1, 20)).isEqualTo(Admission.REPLY_EVICTED);
        assertThat(command(1, 21)).isEqualTo(Admission.REPEATED);
        assertThat(command(1, 30)).isEqualTo(Admission.REPEATED);
        assertThat(repeatedReply()).isEqualTo(210);
        assertThat(command(2, 1)).isEqualTo(Admission.APPLY);
        assertThat(command(1, 21)).isEqualTo(Admission.REPLY_EVICTED);
    }

    @Test
    void aReplyThatIsTooLongIsNotKept() {
        table.open(1, nowNs);
        command(1, 1);
        command(1, 2, MAX_REPLY + 1);
        command(1, 3);
        assertThat(command(1, 2)).isEqualTo(Admission.REPLY_EVICTED);
        assertThat(command(1, 1)).isEqualTo(Admission.REPEATED);
        assertThat(repeatedReply()).isEqualTo(7);
        assertThat(command(1, 3)).isEqualTo(Admission.REPEATED);
    }

    /** What a plain model keeps, in the order in which it was given. */
    private static final class Model {
        private record Kept(long session, long sequence, int bytes) {}

        private final Map<Long, Long> last = new LinkedHashMap<>();
        private final List<Kept> kept = new ArrayList<>();
        private int bytes;

        private Admission admit(long session, long sequence, int replyLength) {
            Long before = last.remove(session);
            if (before == null) {
                return Admission.EXPIRED;
            }
            last.put(session, before); // now the youngest
            if (sequence > before + 1) {
                return Admission.GAP;
            }
            if (sequence <= before) {
                boolean isKept = kept.stream().anyMatch(each -> each.session == session && each.sequence == sequence);
                return isKept ? Admission.REPEATED : Admission.REPLY_EVICTED;
            }
            last.put(session, sequence);
            if (replyLength <= MAX_REPLY) {
                keep(session, sequence, (24 + replyLength + 7) / 8 * 8);
            }
            return Admission.APPLY;
        }

        private void keep(long session, long sequence, int record) {
            while (bytes + record > MAX_BYTES) {
                bytes -= kept.remove(0).bytes;
            }
            kept.add(new Kept(session, sequence, record));
            bytes += record;
        }

        private void open(long session) {
            if (!last.containsKey(session)) {
                if (last.size() == 4) {
                    last.remove(last.keySet().iterator().next());
                }
                last.put(session, 0L);
            }
        }
    }

    /** Sessions come by new names, so what is kept of an old one is nobody's. */
    @Test
    void itDoesWhatAPlainModelDoes() {
        Random random = new Random(5);
        Model model = new Model();
        long names = 4;
        for (int step = 0; step < 200_000; step++) {
            long session = 1 + names - 1 - random.nextInt(5);
            if (random.nextInt(50) == 0) {
                names += random.nextInt(10) == 0 ? 1 : 0;
                table.open(names, ++nowNs);
                model.open(names);
            } else {
                long before = model.last.getOrDefault(session, 0L);
                long sequence = Math.max(1, before + 1 - (random.nextInt(4) == 0 ? random.nextInt(20) - 1 : 0));
                int length = Long.BYTES + random.nextInt(MAX_REPLY);
                Admission expected = model.admit(session, sequence, length);
                assertThat(command(session, sequence, length)).isEqualTo(expected);
                if (expected == Admission.REPEATED) {
                    assertThat(repeatedReply()).isEqualTo(sequence * 7);
                }
            }
        }
    }
}
