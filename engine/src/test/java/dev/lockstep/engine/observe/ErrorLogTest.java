package dev.lockstep.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorLogTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final NotedLines log = new NotedLines();
    private final EngineCounters counters = Counters.inMemory();
    private long nowNs = Long.MAX_VALUE - 30 * SECOND_NS; // it may wrap around
    private final ErrorLog errors = new ErrorLog(() -> nowNs, counters, log.direct());

    private static IOException diskError(String message) {
        return new IOException(message);
    }

    private static IllegalStateException atPlace(String message, int line) {
        IllegalStateException thrown = new IllegalStateException(message);
        thrown.setStackTrace(new StackTraceElement[] {new StackTraceElement("Place", "method", "Place.java", line)});
        return thrown;
    }

    @Test
    void theFirstOccurrenceIsLoggedWithItsStackTrace() {
        IOException thrown = diskError("disk gone");
        errors.error(thrown);

        assertThat(log.lines).containsExactly("ERROR node a: java.io.IOException: disk gone");
        assertThat(log.causes).containsExactly(thrown);
    }

    @Test
    void whatTheNodeGoesOnAfterIsAWarning() {
        errors.warning(diskError("a reply was lost"));
        assertThat(log.lines).containsExactly("WARN node a: java.io.IOException: a reply was lost");
    }

    @Test
    void repetitionsAreCountedAndLoggedAgainAfterAMinuteWithoutAStackTrace() {
        for (int number = 0; number < 5; number++) {
            errors.warning(atPlace("index " + number + " of 10.0.0." + number + " refused", 1));
            nowNs += SECOND_NS;
        }
        assertThat(log.lines).hasSize(1);

        nowNs += 55 * SECOND_NS;
        errors.warning(atPlace("index 99 of 10.0.0.99 refused", 1));
        assertThat(log.last())
                .isEqualTo("WARN node a: 5 times more in 60 s: java.lang.IllegalStateException: index 0 of 10.0.0.0"
                        + " refused");
        assertThat(log.causes.get(1)).isNull();

        nowNs += 59 * SECOND_NS;
        errors.warning(atPlace("index 100 of 10.0.0.99 refused", 1));
        assertThat(log.lines).as("the next minute counts from the last line").hasSize(2);
        assertThat(counters.get(EngineCounter.ERRORS)).isEqualTo(7);
    }

    @Test
    void anotherClassAnotherMessageOrAnotherPlaceIsAnotherError() {
        errors.warning(atPlace("no account", 1));
        errors.warning(atPlace("no account", 2));
        errors.warning(atPlace("no owner", 1));
        IllegalArgumentException other = new IllegalArgumentException("no account");
        other.setStackTrace(atPlace("", 1).getStackTrace());
        errors.warning(other);
        assertThat(log.lines).hasSize(4);
    }

    @Test
    void remarksAreCountedApartAndKeepTheirNumbers() {
        errors.remark("node 2 does not answer");
        errors.remark("node 3 does not answer");
        errors.remark("node 3 does not answer");

        assertThat(log.lines)
                .containsExactly("WARN node a: node 2 does not answer", "WARN node a: node 3 does not answer");
        assertThat(counters.get(EngineCounter.REMARKS)).isEqualTo(3);
        assertThat(counters.get(EngineCounter.ERRORS)).isZero();
    }

    @Test
    void theSnapshotSaysWhatWasMetHowOftenAndWhenTheLatestFirst() {
        errors.error(atPlace("no account 17", 4));
        nowNs += 70 * SECOND_NS;
        errors.error(atPlace("no account 18", 4));
        nowNs += SECOND_NS;
        errors.remark("node 2 does not answer");
        nowNs += 2 * SECOND_NS;

        assertThat(errors.snapshot())
                .containsExactly(
                        "WARN, once, 2 s ago: node 2 does not answer",
                        "ERROR, 2 times, first 73 s ago, last 3 s ago: java.lang.IllegalStateException: no account 17"
                                + " at Place.method(Place.java:4)");
    }

    @Test
    void ofTooManyDistinctErrorsTheRarestGoesAndOfThoseTheOldest() {
        errors.warning(atPlace("often", 1));
        errors.warning(atPlace("often", 1));
        IntStream.range(0, 63).forEach(line -> {
            nowNs += SECOND_NS;
            errors.warning(atPlace("once", 100 + line));
        });
        errors.warning(atPlace("one too many", 1_000));

        assertThat(errors.snapshot())
                .hasSize(64)
                .anyMatch(line -> line.contains("often"))
                .anyMatch(line -> line.contains("one too many"))
                .anyMatch(line -> line.endsWith("(Place.java:101)"))
                .noneMatch(line -> line.endsWith("(Place.java:100)"));
    }

    @Test
    void warningsOfWhichEachIsNewDoNotFillTheLogButErrorsAreToldEachTime() {
        IntStream.range(0, 1_000).forEach(line -> errors.warning(atPlace("new", line)));
        assertThat(log.lines).hasSize(64);
        errors.error(atPlace("it has stopped", 1));
        assertThat(log.last()).startsWith("ERROR");

        nowNs += 61 * SECOND_NS;
        errors.warning(atPlace("new", 5_000));
        assertThat(log.lines).hasSize(66);
        assertThat(counters.get(EngineCounter.ERRORS)).isEqualTo(1_002);
    }

    @Test
    void noOccurrenceIsLostThoughManyThreadsMeetIt() throws InterruptedException {
        List<Thread> threads = Stream.generate(() -> new Thread(() -> {
                    for (int number = 0; number < 1_000; number++) {
                        errors.warning(atPlace("everywhere", 1));
                    }
                }))
                .limit(4)
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(errors.snapshot()).singleElement().asString().startsWith("WARN, 4000 times");
        assertThat(log.lines).hasSize(1);
    }

    @Test
    void linesAreWrittenByTheThreadThatMayWaitForThem() {
        List<Runnable> later = new ArrayList<>();
        ErrorLog handingOver = new ErrorLog(() -> nowNs, counters, new LogLines("a", later::add, log));
        handingOver.error(diskError("disk gone"));
        assertThat(log.lines).isEmpty();

        later.forEach(Runnable::run);
        assertThat(log.lines).hasSize(1);
    }

    @Test
    void aLogThatThrowsStopsNothing() {
        ErrorLog broken = new ErrorLog(() -> nowNs, counters, new LogLines("a", Runnable::run, (level, text, cause) -> {
            throw new IllegalStateException("the log is broken");
        }));
        broken.error(diskError("disk gone"));
        assertThat(broken.snapshot()).hasSize(1);

        ErrorLog closed = new ErrorLog(
                () -> nowNs,
                counters,
                new LogLines(
                        "a",
                        line -> {
                            throw new RejectedExecutionException("closed");
                        },
                        log));
        closed.error(diskError("disk gone"));
        assertThat(closed.snapshot()).hasSize(1);
    }

    @Test
    void anExceptionWithoutWordsPlaceOrMannersIsToldAllTheSame() {
        RuntimeException mute = new RuntimeException() {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                throw new UnsupportedOperationException("no message");
            }
        };
        mute.setStackTrace(new StackTraceElement[0]);
        errors.error(mute);
        errors.error(new RuntimeException("long ".repeat(1_000_000)));

        assertThat(log.lines).hasSize(2);
        assertThat(log.last()).hasSizeLessThan(1_100);
    }

    @Test
    void theApplicationsOwnLoggerIsFoundByItsName() {
        ErrorLog real = new ErrorLog("a", () -> nowNs, counters, Runnable::run);
        real.error(diskError("disk gone"));
        assertThat(real.snapshot()).hasSize(1);
    }
}
