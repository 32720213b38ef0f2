package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.EngineException;
import dev.lockstep.storage.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TimersTest {
    /** One that is pending, in the order in which they fire. */
    private record Timer(long id, long deadlineNs) {
        static final Comparator<Timer> ORDER =
                Comparator.comparingLong(Timer::deadlineNs).thenComparingLong(Timer::id);
    }

    private final Timers timers = new Timers();

    private List<Timer> fireAll() {
        List<Timer> fired = new ArrayList<>();
        while (timers.size() > 0) {
            fired.add(new Timer(timers.nextId(), timers.nextDeadlineNs()));
            timers.removeNext();
        }
        return fired;
    }

    @Test
    void theyComeByDeadlineAndThenByNumber() {
        timers.schedule(3, 20);
        timers.schedule(-9, 30);
        timers.schedule(2, 20);
        timers.schedule(7, 10);
        assertThat(timers.nextDeadlineNs()).isEqualTo(10);
        assertThat(fireAll()).containsExactly(new Timer(7, 10), new Timer(2, 20), new Timer(3, 20), new Timer(-9, 30));
        assertThat(timers.nextDeadlineNs()).isEqualTo(Timers.NONE);
    }

    @Test
    void oneThatIsScheduledAgainHasItsNewDeadlineAlone() {
        timers.schedule(1, 10);
        timers.schedule(2, 20);
        timers.schedule(1, 30);
        timers.schedule(2, 5);
        assertThat(fireAll()).containsExactly(new Timer(2, 5), new Timer(1, 30));
    }

    @Test
    void oneThatIsCancelledDoesNotCome() {
        timers.schedule(1, 10);
        timers.schedule(2, 20);
        assertThat(timers.cancel(1)).isTrue();
        assertThat(timers.cancel(1)).isFalse();
        assertThat(timers.cancel(9)).isFalse();
        assertThat(fireAll()).containsExactly(new Timer(2, 20));
    }

    @Test
    void nothingComesThatIsNotPending() {
        assertThatThrownBy(timers::nextId).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void whateverIsDoneTheyComeAsFromASortedSet() {
        SplittableRandom random = new SplittableRandom(7);
        TreeSet<Timer> model = new TreeSet<>(Timer.ORDER);
        long[] deadlines = new long[1_500];
        Arrays.fill(deadlines, -1);
        for (int i = 0; i < 200_000; i++) {
            int id = random.nextInt(random.nextInt(deadlines.length) + 1);
            int act = random.nextInt(10);
            if (act < 5) {
                if (deadlines[id] >= 0) {
                    model.remove(new Timer(id, deadlines[id]));
                }
                deadlines[id] = random.nextLong(500);
                model.add(new Timer(id, deadlines[id]));
                timers.schedule(id, deadlines[id]);
            } else if (act < 7) {
                boolean isPending = deadlines[id] >= 0;
                model.remove(new Timer(id, deadlines[id]));
                deadlines[id] = -1;
                assertThat(timers.cancel(id)).isEqualTo(isPending);
            } else if (!model.isEmpty()) {
                Timer next = model.pollFirst();
                deadlines[(int) next.id()] = -1;
                assertThat(new Timer(timers.nextId(), timers.nextDeadlineNs())).isEqualTo(next);
                timers.removeNext();
            }
            assertThat(timers.size()).isEqualTo(model.size());
        }
        assertThat(fireAll()).containsExactlyElementsOf(model);
    }

    // ---- saved and loaded

    private static MemoryBytes saved(Timers timers) {
        MemoryBytes bytes = new MemoryBytes();
        BufferedSnapshotOutput out = bytes.output(64);
        TimersCodec.save(timers, out);
        out.flush();
        return bytes;
    }

    @Test
    void thoseThatWereLoadedComeAndAreSavedAsThoseThatWereSaved() {
        SplittableRandom random = new SplittableRandom(8);
        IntStream.range(0, 5_000).forEach(id -> timers.schedule(id, random.nextLong(1_000)));
        IntStream.range(0, 1_000).forEach(id -> timers.cancel(5L * id));
        Timers loaded = new Timers();
        loaded.schedule(99_999, 1); // goes
        TimersCodec.load(loaded, saved(timers).input(64));
        assertThat(saved(loaded).toByteArray()).isEqualTo(saved(timers).toByteArray());
        for (Timers each : List.of(timers, loaded)) {
            each.schedule(3, 4);
            each.removeNext();
            each.cancel(77);
        }
        assertThat(saved(loaded).toByteArray()).isEqualTo(saved(timers).toByteArray());
        assertThat(loaded.size()).isEqualTo(timers.size());
    }

    @Test
    void whatWasCutOrChangedIsRefusedOrIsAnotherSetOfTimersAndStopsNothing() {
        IntStream.range(0, 12).forEach(id -> timers.schedule(id, 100 - id));
        byte[] whole = saved(timers).toByteArray();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> TimersCodec.load(new Timers(), MemoryBytes.input(cut, 100, 64)))
                    .isInstanceOf(EngineException.BadSnapshot.class);
        }
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 2_000; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            Timers loaded = new Timers();
            try {
                TimersCodec.load(loaded, MemoryBytes.input(changed, 100, 64));
            } catch (EngineException.BadSnapshot e) {
                continue;
            }
            List<Timer> sorted = new ArrayList<>();
            loaded.forEach((id, deadlineNs) -> sorted.add(new Timer(id, deadlineNs)));
            sorted.sort(Timer.ORDER);
            List<Timer> fired = new ArrayList<>();
            while (loaded.size() > 0) {
                fired.add(new Timer(loaded.nextId(), loaded.nextDeadlineNs()));
                loaded.removeNext();
            }
            assertThat(fired).isEqualTo(sorted);
        }
    }
}
