package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TestNetwork;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.link.SaidByHand;
import io.aeron.ExclusivePublication;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FrameDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes serve each other and their clients, whatever an Aeron client of somebody else's does meanwhile: what it
 * opens is ended, and takes no room from others.
 */
final class RogueClientTest {
    private static final int SMALL = Frames.TERM_BYTES;
    private static final long CLUSTER = 0xC1;
    private static final int MANY = 200;
    private static final int COUNTERS_A_STREAM = 8;
    /** All streams of members and of clients, in and out, and those that are ended and not yet gone. */
    private static final int MOST_LOGS = 2 * 3 + 2 * TestNetwork.MAX_CLIENTS + 2 * mostPlaces();

    private final Random random = new Random(41);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[8 << 10]);
    private final BufferClaim claim = new BufferClaim();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @TempDir
    private Path temporary;

    private BusyPair pair;
    private DriverMemory memory;
    private AskingClient early;
    private RogueClient rogue;

    private static int mostPlaces() {
        return Sessions.PLACES_A_PEER + Sessions.PLACES_OF_OTHERS + TestNetwork.MAX_CLIENTS;
    }

    @BeforeEach
    void open() {
        pair = new BusyPair(settings -> settings.withTerms(new TransportSettings.Terms(SMALL, SMALL, SMALL, SMALL))
                .withDirectories(null, place(settings)));
        memory = new DriverMemory(temporary.resolve("node1"));
        early = startClient(1);
        rogue = new RogueClient(temporary.resolve("rogue"), pair.network.peer(1));
        opened.add(rogue);
        pair.alongside(rogue::turn);
        pair.untilLinked();
        pair.until("an early client is served", () -> early.answered > 10);
    }

    private Path place(TransportSettings settings) {
        try {
            return Files.createDirectories(temporary.resolve(
                    settings.self() == null
                            ? "client"
                            : "node" + settings.self().node()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AskingClient startIdleClient(int which) {
        AskingClient client =
                new AskingClient(pair.network.startClient(Hello.ofClient(CLUSTER, which), -which, List.of(1)));
        opened.add(client);
        return client;
    }

    private AskingClient startClient(int which) {
        AskingClient client = startIdleClient(which);
        pair.alongside(client::turn);
        return client;
    }

    @AfterEach
    void close() {
        CloseHelper.closeAll(opened);
        pair.close();
    }

    private long rejected() {
        return pair.one.wire().counters().rejected();
    }

    /** The members, a client that was there before and one that comes now are served, until something has happened. */
    private void assertServesUntil(String what, BooleanSupplier condition) {
        AskingClient late = startClient(2);
        pair.until("a late client is served", () -> late.answered > 10);
        pair.until(what, () -> {
            assertThat(memory.logs()).isLessThanOrEqualTo(MOST_LOGS);
            return condition.getAsBoolean();
        });
        long before = early.answered;
        pair.until("an early client is served", () -> early.answered > before + 10);
        pair.untilDelivered(10);
        assertThat(pair.one.downs).isEmpty();
        assertThat(pair.two.downs).isEmpty();
        assertThat(early.downs + late.downs).isZero();
    }

    private void offer(ExclusivePublication to, byte[] bytes, long tag) {
        buffer.putBytes(0, bytes);
        to.offer(buffer, 0, bytes.length, (term, offset, length) -> tag);
    }

    @Test
    void aClientThatSaysNoHelloIsEndedWhateverElseItSays() {
        byte begins = FrameDescriptor.BEGIN_FRAG_FLAG;
        byte continues = 0;
        List<Integer> endless = List.of(sayFragments(begins, continues), sayFragments(continues, continues));
        sayFragments(begins, begins);
        int streams = endless.size() + 1 + openSilentStreams() + openNonsense();
        assertServesUntil("all are ended", () -> rogue.ended().size() == streams);
        assertThat(rogue.ended().subList(0, endless.size()))
                .as("longer than any message")
                .containsExactlyInAnyOrderElementsOf(endless);
        assertThat(rejected()).isGreaterThanOrEqualTo(streams);
        pair.assertNoErrors();
    }

    private int openSilentStreams() {
        for (Stream stream : Stream.values()) {
            rogue.speak(stream);
        }
        rogue.speakAsClients();
        ExclusivePublication unfinished = rogue.speakAsClients();
        pair.until("it claims, and never commits", () -> unfinished.tryClaim(100, claim) > 0);
        return Stream.count() + 2;
    }

    /** Of every kind that a tag can say. */
    private int openNonsense() {
        byte[] hello = SaidByHand.hello(Hello.ofClient(CLUSTER, 66), 666);
        byte[] asMember = SaidByHand.hello(new Hello(CLUSTER, 0, 1, 2, 1002, new Incarnation(9, 0)), 667);
        int kinds = 4;
        for (int kind = 0; kind < kinds; kind++) {
            ExclusivePublication publication = rogue.speakAsClients();
            int ofKind = kind;
            pair.alongside(() -> {
                byte[] bytes = new byte[random.nextInt(2000)];
                random.nextBytes(bytes);
                offer(publication, bytes, random.nextLong() << 2 | ofKind);
                offer(publication, Frames.cut(hello, random.nextInt(hello.length)), ofKind);
                offer(publication, Frames.turned(hello, Long.SIZE + random.nextInt(Long.SIZE)), ofKind); // its magic
                offer(publication, asMember, ofKind);
            });
        }
        return kinds;
    }

    private int sayFragments(byte first, byte others) {
        ExclusivePublication publication = rogue.speakAsClients();
        pair.alongside(() -> {
            boolean isFirst = publication.position() == 0;
            if (publication.tryClaim(1000, claim) > 0) {
                claim.flags(isFirst ? first : others).commit();
            }
        });
        return publication.sessionId();
    }

    /** Neither can say that it has heard the node's hello, so that they are let go after a while. */
    @Test
    void aClientThatSaysHelloAndThenFloodsOrHasNoWayBackIsEnded() {
        ExclusivePublication publication = rogue.speakAsClients();
        sayHello(publication);
        pair.alongside(() -> {
            for (int i = 0; i < 20; i++) {
                offer(publication, new byte[1000], random.nextLong() << 2);
            }
        });
        sayHello(rogue.speak(Stream.CLIENT));
        assertServesUntil("both are ended", () -> rogue.ended().size() == 2);
        assertThat(rejected()).isGreaterThanOrEqualTo(2);
        assertThat(pair.one.wire().errors()).hasSize(2).allMatch(each -> each.contains("response channel"));
    }

    private void sayHello(ExclusivePublication publication) {
        byte[] hello = SaidByHand.hello(Hello.ofClient(CLUSTER, 66), 666);
        pair.until("it says hello", () -> {
            offer(publication, hello, SaidByHand.helloTag());
            return publication.position() > 0;
        });
    }

    @Test
    void aClientThatIsLetInAndThenFloodsAndReadsNoAnswerHoldsUpNobody() {
        AskingClient flooding = startIdleClient(3);
        pair.until("it is let in", () -> {
            flooding.turn();
            return flooding.answered > 0;
        });
        pair.alongside(flooding::flood);
        long before = pair.delivered();
        assertServesUntil("much is delivered", () -> pair.delivered() > before + 100);
        pair.assertNoErrors();
    }

    @Test
    void aClientThatOpensVeryManyStreamsGetsFewPlacesAndLeavesSomeToOthers() {
        int counters = memory.counters();
        for (int i = 0; i < MANY; i++) {
            rogue.speakAsClients();
            pair.turn();
        }
        assertServesUntil("all places are taken, and lost", () -> rejected() >= mostPlaces());
        assertThat(memory.counters()).isLessThan(counters + COUNTERS_A_STREAM * MOST_LOGS);
        pair.assertNoErrors();
    }
}
