package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotOutput;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class WithheldCodecTest {
    private static final int PAGE = 1 << Withheld.PAGE_SHIFT;
    private static final int PAGES = 6;
    private static final long LAST = 20L * PAGE + 100;
    private static final int FORMAT = 1;

    /** Pages enough for the oldest to have gone. */
    private static Withheld some(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Withheld withheld = new Withheld(PAGES);
        for (long index = 1; index <= LAST; index += 1 + random.nextInt(PAGE)) {
            withheld.add(index);
        }
        return withheld;
    }

    private static byte[] save(Withheld withheld) {
        return written(out -> WithheldCodec.save(withheld, out));
    }

    private static byte[] written(Consumer<SnapshotOutput> writer) {
        MemoryBytes bytes = new MemoryBytes();
        BufferedSnapshotOutput out = bytes.output(64);
        writer.accept(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static Withheld load(byte[] bytes) {
        Withheld withheld = new Withheld(PAGES);
        BufferedSnapshotInput in = MemoryBytes.input(bytes, 33, 64);
        WithheldCodec.load(withheld, LAST, in);
        assertThat(in.isAtEnd()).isTrue();
        return withheld;
    }

    @Test
    void whatWasSavedIsLoaded() {
        for (int seed = 0; seed < 50; seed++) {
            Withheld original = some(seed);
            assertThat(original.knownFrom()).isGreaterThan(1);
            Withheld loaded = load(save(original));
            assertThat(loaded.knownFrom()).isEqualTo(original.knownFrom());
            assertThat(save(loaded)).isEqualTo(save(original));
            WithheldCursor there = new WithheldCursor();
            WithheldCursor here = new WithheldCursor();
            there.begin(original);
            here.begin(loaded);
            for (long index = original.knownFrom(); index <= LAST; index++) {
                assertThat(here.includes(index)).isEqualTo(there.includes(index));
            }
        }
    }

    @Test
    void whatIsAddedAfterALoadIsAsIfNothingHadBeenSaved() {
        Withheld original = some(1);
        Withheld loaded = load(save(original));
        for (long index = LAST + 1; index < LAST + 10L * PAGE; index += 1000) {
            original.add(index);
            loaded.add(index);
        }
        assertThat(save(loaded)).isEqualTo(save(original));
    }

    @Test
    void whereNothingWasWithheldNothingIsSavedToSpeakOf() {
        assertThat(save(new Withheld())).hasSize(Integer.BYTES + Long.BYTES + Integer.BYTES);
        assertThat(load(save(new Withheld())).pages()).isZero();
    }

    @Test
    void bytesThatAreCutAreRefused() {
        byte[] saved = save(some(3));
        for (int length = 0; length < saved.length; length++) {
            byte[] cut = Arrays.copyOf(saved, length);
            assertThatThrownBy(() -> load(cut)).isInstanceOf(EngineException.BadSnapshot.class);
        }
    }

    /** Either it cannot be, and that is said; or it can be, and then it is what it says. */
    @Test
    void bytesThatAreChangedDoNoHarm() {
        byte[] saved = save(some(4));
        SplittableRandom random = new SplittableRandom(5);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = saved.clone();
            int limit = random.nextBoolean() ? 40 : changed.length;
            changed[random.nextInt(limit)] = (byte) random.nextInt();
            Withheld loaded = new Withheld(PAGES);
            BufferedSnapshotInput in = MemoryBytes.input(changed, 100, 64);
            try {
                WithheldCodec.load(loaded, LAST, in);
                byte[] again = save(loaded);
                assertThat(again).isEqualTo(Arrays.copyOf(changed, again.length));
                assertThat(in.isAtEnd()).isEqualTo(again.length == changed.length);
            } catch (EngineException.BadSnapshot e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1_000, 19_000);
    }

    private static void assertRefused(String what, Consumer<SnapshotOutput> writer) {
        assertThatThrownBy(() -> load(written(writer)))
                .isInstanceOf(EngineException.BadSnapshot.class)
                .hasMessageContaining(what);
    }

    private static void putHead(SnapshotOutput out, int format, long knownFrom, int pages) {
        out.putInt(format);
        out.putLong(knownFrom);
        out.putInt(pages);
    }

    private static void putPage(SnapshotOutput out, long number, long word) {
        out.putLong(number);
        for (int i = 0; i < Withheld.WORDS; i++) {
            out.putLong(word);
        }
    }

    @Test
    void whatCannotBeIsRefusedAndTakesNoMemory() {
        assertRefused("the format of what was withheld, which here is 1,", out -> putHead(out, 2, 1, 0));
        assertRefused("an index up to the one behind the last", out -> putHead(out, FORMAT, 0, 0));
        assertRefused("an index up to the one behind the last", out -> putHead(out, FORMAT, LAST + 2, 0));
        assertRefused("a count of pages", out -> putHead(out, FORMAT, 1, -1));
        assertRefused("a count of pages", out -> putHead(out, FORMAT, 1, PAGES + 1));
        assertRefused("a page with something in it", out -> {
            putHead(out, FORMAT, 1, 1);
            putPage(out, 0, 0);
        });
        assertRefused("a later page", out -> {
            putHead(out, FORMAT, 1, 2);
            putPage(out, 3, 1);
            putPage(out, 3, 1);
        });
        for (long number : new long[] {-1, 21, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertRefused("a later page", out -> {
                putHead(out, FORMAT, 1, 1);
                putPage(out, number, 1);
            });
        }
        assertRefused("an index of what was applied", out -> {
            putHead(out, FORMAT, 1, 1);
            putPage(out, 20, -1); // beyond the last
        });
        assertRefused("an index of what was applied", out -> {
            putHead(out, FORMAT, PAGE + 1, 1);
            putPage(out, 1, 1); // before what is known
        });
    }
}
