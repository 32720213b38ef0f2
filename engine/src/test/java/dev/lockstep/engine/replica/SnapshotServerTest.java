package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.sbe.ChunkRequestDecoder;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.StampDecoder;
import dev.lockstep.storage.FrameRef;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Node 1 serves a snapshot up to index 9 to nodes 2 and 3. */
final class SnapshotServerTest {
    private static final FrameRef SNAPSHOT = new FrameRef(9, 2, 99);

    private final CoreOfOne one = new CoreOfOne();
    private final CoreOfOne other = new CoreOfOne(2, 1);
    private final SnapshotServer server = new SnapshotServer(one.core);
    private long offeredIndex;

    @BeforeEach
    void begin() {
        one.snapshots.keep(SNAPSHOT, ConfigTest.ofVoters(3));
    }

    private void ask(int from, FrameRef snapshot, int number) {
        other.core.outbox.chunkRequest(1, snapshot, number);
        var bytes = other.links.take().get(0).bytes();
        server.onRequest(
                from,
                new ChunkRequestDecoder().wrapAndApplyHeader(bytes, 0, new MessageHeaderDecoder()),
                new GivenDuty(offeredIndex));
    }

    private List<String> said() {
        return one.links.takeWords();
    }

    @Test
    void whoAsksForAChunkIsSentIt() {
        ask(2, SNAPSHOT, 1);
        assertThat(said()).containsExactly("2: chunk 1 of 9, 24 bytes");
        ask(3, SNAPSHOT, 0);
        assertThat(said()).containsExactly("3: chunk 0 of 9, 24 bytes");
        server.onTick();
        assertThat(said()).isEmpty();
    }

    /** Another node may have taken one at the same index, and that one is right. */
    @Test
    void whatWasNotComparedSinceIsNotThereForOthersUnlessItIsOffered() {
        one.applying.maySumUp = true;
        one.applying.provenIndex = 9;
        ask(2, SNAPSHOT, 1);
        assertThat(said()).containsExactly("2: chunk 1 of 9, 0 bytes");
        offeredIndex = 9;
        ask(2, SNAPSHOT, 1);
        assertThat(said()).containsExactly("2: chunk 1 of 9, 24 bytes");
        offeredIndex = 0;
        one.applying.provenIndex = 10;
        ask(2, SNAPSHOT, 1);
        assertThat(said()).containsExactly("2: chunk 1 of 9, 24 bytes");
    }

    @Test
    void whoAsksForWhatIsNotKeptIsToldSo() {
        ask(2, new FrameRef(8, 2, 88), 0);
        ask(2, SNAPSHOT, MemorySnapshots.CHUNKS);
        assertThat(said()).containsExactly("2: chunk 0 of 8, 0 bytes", "2: chunk 3 of 9, 0 bytes");
    }

    @Test
    void whatIsOfferedAgainIsSaidInTheTermThatIsThen() {
        one.beIn(ConfigTest.ofVoters(3), 2);
        one.links.full(2, true);
        ask(2, SNAPSHOT, 1);
        one.core.promises.raise(new Term(1, 3));
        one.links.full(2, false);
        server.onTick();
        StampDecoder stamp =
                new StampDecoder().wrap(one.links.take().get(0).bytes(), MessageHeaderDecoder.ENCODED_LENGTH);
        assertThat(stamp.term()).isEqualTo(3);
    }

    @Test
    void whatIsNotAcceptedIsOfferedAgainAndWhoAsksMeanwhileIsNotAnswered() {
        one.links.full(2, true);
        ask(2, SNAPSHOT, 1);
        ask(3, SNAPSHOT, 2);
        server.onTick();
        assertThat(said()).isEmpty();
        one.links.full(2, false);
        server.onTick();
        assertThat(said()).containsExactly("2: chunk 1 of 9, 24 bytes");
        server.onTick();
        assertThat(said()).isEmpty();
        ask(3, SNAPSHOT, 2);
        assertThat(said()).containsExactly("3: chunk 2 of 9, 24 bytes");
    }

    @Test
    void whatTheDeviceHasNotReadYetIsSentWhenItHas() {
        one.snapshots.isLater = true;
        ask(2, SNAPSHOT, 1);
        server.onTick();
        assertThat(said()).isEmpty();
        one.snapshots.isLater = false;
        server.onTick();
        assertThat(said()).containsExactly("2: chunk 1 of 9, 24 bytes");
    }

    @Test
    void whoseLinkGoesDownKeepsNobodyElseWaiting() {
        one.links.full(2, true);
        ask(2, SNAPSHOT, 1);
        server.onLinkDown(3);
        ask(3, SNAPSHOT, 0);
        assertThat(said()).isEmpty();
        server.onLinkDown(2);
        ask(3, SNAPSHOT, 0);
        assertThat(said()).containsExactly("3: chunk 0 of 9, 24 bytes");
    }
}
