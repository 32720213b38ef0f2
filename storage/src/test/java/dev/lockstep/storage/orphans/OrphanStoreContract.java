package dev.lockstep.storage.orphans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.testing.FrameMaker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of orphans must do. */
public abstract class OrphanStoreContract {
    private static final FrameRef FORK = new FrameRef(7, 2, 0x1234);

    private OrphanStore orphans;

    /**
     * @return the store of one and the same place, as the next start opens it, also when the one before was not closed
     */
    protected abstract OrphanStore open();

    /**
     * @param name the name of a batch that was sealed
     * @return the frames in it, each as its bytes
     */
    protected abstract List<byte[]> framesOf(String name);

    @BeforeEach
    void openTheStore() {
        orphans = open();
    }

    @AfterEach
    void closeTheStore() {
        orphans.close();
    }

    private static Frame frame(FrameMaker maker) {
        return new Frame().wrap(maker.buffer(), 0);
    }

    private static byte[] bytes(FrameMaker maker) {
        byte[] bytes = new byte[maker.length()];
        maker.buffer().getBytes(0, bytes);
        return bytes;
    }

    /** Keeps frames of all lengths. */
    private static List<byte[]> keep(OrphanStore store, FrameMaker maker, int... commandLengths) {
        List<byte[]> kept = new ArrayList<>();
        for (int commandLength : commandLengths) {
            maker.next(commandLength == 0 ? 0 : 1, commandLength);
            store.keep(frame(maker));
            kept.add(bytes(maker));
        }
        return kept;
    }

    @Test
    void whereNothingIsKeptNothingIsSealed() {
        assertThat(orphans.seal()).isNull();
        keep(orphans, new FrameMaker(), 10);
        assertThat(orphans.seal()).isNotNull();
        assertThat(orphans.seal()).isNull();
    }

    @Test
    void theFramesOfABatchAreKeptAsTheyAreAndInOrder() {
        List<byte[]> kept = keep(orphans, new FrameMaker().after(FORK), 100, 0, 1, 64 * 1024, 17);
        assertThat(framesOf(orphans.seal())).containsExactlyElementsOf(kept);
    }

    @Test
    void eachBatchHasItsOwnNameAndItsOwnFrames() {
        FrameMaker maker = new FrameMaker().after(FORK);
        List<byte[]> first = keep(orphans, maker, 10, 20);
        String firstName = orphans.seal();
        List<byte[]> second = keep(orphans, maker, 30, 40);
        String secondName = orphans.seal();
        assertThat(secondName).isNotEqualTo(firstName);
        assertThat(framesOf(firstName)).containsExactlyElementsOf(first);
        assertThat(framesOf(secondName)).containsExactlyElementsOf(second);
    }

    @Test
    void aBatchThatStartsWithTheSameFrameHasAnotherNameAlsoAfterARestart() {
        List<byte[]> kept = keep(orphans, new FrameMaker().after(FORK), 10, 20);
        String first = orphans.seal();
        keep(orphans, new FrameMaker().after(FORK), 10);
        String second = orphans.seal();
        try (OrphanStore next = open()) {
            keep(next, new FrameMaker().after(FORK), 10);
            assertThat(List.of(first, second, next.seal())).doesNotHaveDuplicates();
        }
        assertThat(framesOf(first)).containsExactlyElementsOf(kept);
    }

    @Test
    void aFrameIsNotKeptTwiceInABatch() {
        FrameMaker maker = new FrameMaker();
        List<byte[]> kept = keep(orphans, maker, 10);
        assertThatThrownBy(() -> orphans.keep(frame(maker))).isInstanceOf(Invariant.Violation.class);
        assertThat(framesOf(orphans.seal())).containsExactlyElementsOf(kept);
    }

    @Test
    void aClosedStoreKeepsNothing() {
        FrameMaker maker = new FrameMaker().next(1, 10);
        orphans.close();
        orphans.close();
        assertThatThrownBy(() -> orphans.keep(frame(maker))).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> orphans.seal()).isInstanceOf(Invariant.Violation.class);
    }
}
