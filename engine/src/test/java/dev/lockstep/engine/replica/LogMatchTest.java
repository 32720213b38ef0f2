package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.LogMatch.Verdict;
import dev.lockstep.storage.FrameRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogMatchTest {
    /** Frames of some indexes each, behind a base. */
    private static final class Log implements LogView {
        private final FrameRef base;
        private final List<FrameRef> frames = new ArrayList<>();

        Log(FrameRef base, FrameRef... frames) {
            this.base = base;
            this.frames.addAll(List.of(frames));
        }

        @Override
        public FrameRef base() {
            return base;
        }

        @Override
        public FrameRef last() {
            return frames.isEmpty() ? base : frames.get(frames.size() - 1);
        }

        @Override
        public FrameRef holding(long index) {
            assertThat(index).isBetween(base.index(), last().index());
            if (index == base.index()) {
                return base;
            }
            return frames.stream()
                    .filter(each -> each.index() >= index)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Base 10; frames 11..13 and 14..16 of term 4, and 17..20 of term 6. */
    private static final Log LOG = new Log(
            new FrameRef(10, 3, 310), new FrameRef(13, 4, 413), new FrameRef(16, 4, 416), new FrameRef(20, 6, 620));

    @ParameterizedTest
    @CsvSource({
        "20, 6, 620, KNOWN",
        "16, 4, 416, KNOWN",
        "10, 3, 310, KNOWN",
        "21, 6, 621, GAP",
        "9, 3, 309, BEFORE_BASE",
        "16, 5, 516, OTHER_HISTORY",
        "18, 4, 418, OTHER_HISTORY",
        "20, 7, 720, OTHER_HISTORY",
        "20, 6, 999, DAMAGE",
        "18, 6, 618, DAMAGE",
        "10, 3, 999, DAMAGE",
        "10, 2, 310, OTHER_HISTORY"
    })
    void theFrameBeforeIsLookedAtFirst(long index, long term, int crc, Verdict verdict) {
        assertThat(LogMatch.ofPrevious(new FrameRef(index, term, crc), LOG, true))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "21, 25, 6, 625, CONTINUES",
        "17, 20, 6, 620, KNOWN",
        "14, 16, 4, 416, KNOWN",
        "17, 20, 7, 720, DIVERGES",
        "17, 18, 7, 718, DIVERGES",
        "14, 20, 5, 520, DIVERGES",
        "17, 20, 6, 999, DAMAGE",
        "17, 19, 6, 619, DAMAGE"
    })
    void thenEachFrame(long firstIndex, long index, long term, int crc, Verdict verdict) {
        assertThat(LogMatch.ofFrame(firstIndex, new FrameRef(index, term, crc), LOG, true))
                .isEqualTo(verdict);
    }

    /** Two epochs may use one number for a term, each for its own: then other bytes are another history. */
    @Test
    void whatWasWrittenInAnotherEpochIsNotTakenForDamage() {
        assertThat(LogMatch.ofPrevious(new FrameRef(18, 6, 618), LOG, false)).isEqualTo(Verdict.OTHER_HISTORY);
        assertThat(LogMatch.ofPrevious(new FrameRef(20, 6, 620), LOG, false)).isEqualTo(Verdict.KNOWN);
        assertThat(LogMatch.ofFrame(17, new FrameRef(20, 6, 999), LOG, false)).isEqualTo(Verdict.DIVERGES);
        assertThat(LogMatch.ofFrame(17, new FrameRef(20, 6, 620), LOG, false)).isEqualTo(Verdict.KNOWN);
    }

    /** A log that is compacted while a frame of it is looked up: then the base is found in its place. */
    private static LogView compactedMeanwhile(FrameRef newBase) {
        return new LogView() {
            private FrameRef base = LOG.base();

            @Override
            public FrameRef base() {
                return base;
            }

            @Override
            public FrameRef last() {
                return LOG.last();
            }

            @Override
            public FrameRef holding(long index) {
                base = newBase;
                return index <= newBase.index() ? newBase : LOG.holding(index);
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "13, 4, 413, BEFORE_BASE",
        "10, 3, 310, BEFORE_BASE",
        "16, 4, 416, KNOWN",
        "16, 4, 999, DAMAGE",
        "16, 5, 516, OTHER_HISTORY",
        "20, 6, 620, KNOWN",
        "20, 6, 999, DAMAGE"
    })
    void aFrameBeforeThatWasCompactedMeanwhileIsNotTakenForAnother(long index, long term, int crc, Verdict verdict) {
        LogView log = compactedMeanwhile(new FrameRef(16, 4, 416));
        assertThat(LogMatch.ofPrevious(new FrameRef(index, term, crc), log, true))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "11, 13, 4, 413, KNOWN",
        "14, 16, 4, 416, KNOWN",
        "17, 20, 6, 620, KNOWN",
        "17, 20, 7, 720, DIVERGES",
        "17, 20, 6, 999, DAMAGE"
    })
    void aFrameThatWasCompactedMeanwhileIsKnown(long firstIndex, long index, long term, int crc, Verdict verdict) {
        LogView log = compactedMeanwhile(new FrameRef(16, 4, 416));
        assertThat(LogMatch.ofFrame(firstIndex, new FrameRef(index, term, crc), log, true))
                .isEqualTo(verdict);
    }

    /** Whatever two honest logs a primary and a standby have, following the verdicts makes them the same. */
    @Test
    void followingTheVerdictsMakesTheLogsTheSame() {
        Random random = new Random(9);
        for (int round = 0; round < 2000; round++) {
            List<FrameRef> common = history(random, FrameRef.ORIGIN, 1, 1 + random.nextInt(5));
            FrameRef fork = common.get(common.size() - 1);
            Log primary = new Log(FrameRef.ORIGIN, common.toArray(new FrameRef[0]));
            Log standby = new Log(FrameRef.ORIGIN, common.toArray(new FrameRef[0]));
            standby.frames.addAll(history(random, fork, 100, random.nextInt(4)));
            primary.frames.addAll(history(random, fork, 200, random.nextInt(6)));
            follow(primary, standby);
            assertThat(standby.frames).startsWith(primary.frames.toArray(new FrameRef[0]));
            if (primary.frames.size() > common.size()) {
                assertThat(standby.frames).isEqualTo(primary.frames);
            }
        }
    }

    /** Some frames with rising terms; of each term there is one history only. */
    private static List<FrameRef> history(Random random, FrameRef behind, long term, int frames) {
        List<FrameRef> made = new ArrayList<>();
        long index = behind.index();
        long of = Math.max(behind.term(), term);
        for (int i = 0; i < frames; i++) {
            index += 1 + random.nextInt(3);
            of += random.nextInt(2);
            made.add(new FrameRef(index, of, (int) (of * 1000 + index)));
        }
        return made;
    }

    private static FrameRef before(Log log, int place) {
        return place == 0 ? log.base : log.frames.get(place - 1);
    }

    private static void follow(Log primary, Log standby) {
        int next = primary.frames.size();
        while (LogMatch.ofPrevious(before(primary, next), standby, true) != Verdict.KNOWN) {
            next--;
        }
        for (; next < primary.frames.size(); next++) {
            FrameRef frame = primary.frames.get(next);
            long firstIndex = before(primary, next).index() + 1;
            switch (LogMatch.ofFrame(firstIndex, frame, standby, true)) {
                case KNOWN -> {}
                case DIVERGES -> {
                    standby.frames.removeIf(each -> each.index() >= firstIndex);
                    standby.frames.add(frame);
                }
                case CONTINUES -> standby.frames.add(frame);
                default -> throw new AssertionError("no honest log is damaged");
            }
        }
    }
}
