package dev.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

/** How a transport may be used, and what it says when it is used otherwise. */
public abstract class TransportUseContract extends NodesUnderTest {
    @Test
    void itBelongsToOneThreadUntilThatGivesItUp() throws InterruptedException {
        start(hello(1, 1), 2);
        Transport transport = transport(1);
        transport.invoke();
        assertThat(onAnotherThread(transport::invoke))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(
                        "belongs to thread " + Thread.currentThread().getName());
        transport.release();
        assertThat(onAnotherThread(() -> {
                    transport.invoke();
                    transport.release();
                }))
                .isNull();
        transport.invoke();
    }

    /** @return what it threw; null if nothing */
    private static Throwable onAnotherThread(Runnable work) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread other = new Thread(work, "another");
        other.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
        other.start();
        other.join();
        return thrown.get();
    }

    @Test
    void aRemovedPeerIsNoLongerHeard() {
        startPair();
        fill(100);
        send(2, 1, Stream.LOG, 100);
        transport(1).remove(2);
        assertThat(transport(1).offer(2, Stream.LOG, buffer, 0, 10)).isEqualTo(SendResult.NOT_CONNECTED);
        forAWhile();
        assertThat(recorder(1).messages(2, Stream.LOG)).isEmpty();
        assertThat(recorder(1).events(2)).as("no event tells of it").doesNotContain("down RESTARTED", "down PEER_GONE");
        transport(1).add(network.peer(2));
        untilLinked(1, 2);
        byte[] message = fill(100);
        send(2, 1, Stream.LOG, 100);
        until("delivered", () -> !recorder(1).messages(2, Stream.LOG).isEmpty());
        assertThat(recorder(1).messages(2, Stream.LOG)).containsExactly(message);
    }

    @Test
    void aPeerThatIsLookedForElsewhereGoesDownFirst() {
        startPair();
        until("told", () -> recorder(1).hello(2) != null);
        transport(1).add(new Peer(2, network.peer(3).host(), network.peer(3).port()));
        until("down", () -> recorder(1).events(2).contains("down RESTARTED"));
        assertThat(transport(1).isUp(2)).isFalse();
        transport(1).add(network.peer(2));
        untilLinked(1, 2);
        until("told again", () -> recorder(1).events(2).size() == 3);
        assertThat(recorder(1).events(2)).containsExactly("up", "down RESTARTED", "up");
    }

    @Test
    void whatIsGivenUpIsNotContinuedByOtherBytesAtTheSamePlace() {
        startPair();
        int length = transport(1).maxMessageBytes(Stream.BULK);
        fill(length);
        assertThat(transport(1).offer(2, Stream.BULK, buffer, 0, length)).isEqualTo(SendResult.BACK_PRESSURED);
        transport(1).giveUp(2);
        byte[] other = fill(length);
        send(1, 2, Stream.BULK, length);
        until("delivered", () -> !recorder(2).messages(1, Stream.BULK).isEmpty());
        assertThat(recorder(2).messages(1, Stream.BULK)).containsExactly(other);
        assertThat(recorder(2).events(1)).containsExactly("up");
    }

    @Test
    void aHandlerCannotPoll() {
        startPair();
        fill(10);
        send(1, 2, Stream.LOG, 10);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Recorder pollsAgain = new Recorder() {
            @Override
            public void onMessage(int node, Stream stream, DirectBuffer message, int offset, int length) {
                super.onMessage(node, stream, message, offset, length);
                thrown.set(catchThrowable(() -> transport(2).poll(this, 1)));
            }
        };
        recorders.put(2, pollsAgain);
        until("delivered", () -> !pollsAgain.messages(1, Stream.LOG).isEmpty());
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("its own handler");
        fill(10);
        send(1, 2, Stream.LOG, 10);
        until("polled on", () -> pollsAgain.messages(1, Stream.LOG).size() == 2);
    }

    @Test
    void whatAHandlerThrowsIsThrownAndTheMessageCountsAsDelivered() {
        startPair();
        Recorder failing = new Recorder() {
            @Override
            public void onMessage(int node, Stream stream, DirectBuffer message, int offset, int length) {
                super.onMessage(node, stream, message, offset, length);
                throw new ArithmeticException("of the handler");
            }
        };
        fill(10);
        send(1, 2, Stream.LOG, 10);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        until(
                "thrown",
                () -> {
                    if (thrown.get() == null) {
                        transport(2).invoke();
                        thrown.set(catchThrowable(() -> transport(2).poll(failing, 10)));
                    }
                    return thrown.get() != null;
                },
                2);
        assertThat(thrown.get()).isInstanceOf(ArithmeticException.class).hasMessage("of the handler");
        byte[] next = fill(10);
        send(1, 2, Stream.LOG, 10);
        until("the next one", () -> !recorder(2).messages(1, Stream.LOG).isEmpty());
        assertThat(recorder(2).messages(1, Stream.LOG)).containsExactly(next);
        assertThat(failing.messages(1, Stream.LOG)).hasSize(1);
    }

    @Test
    void aPollTakesNoMoreOfAStreamThanItIsTold() {
        startPair();
        fill(10);
        for (int i = 0; i < 20; i++) {
            send(1, 2, Stream.LOG, 10, 2);
        }
        Recorder few = new Recorder();
        until(
                "all there",
                () -> {
                    int before = few.messages(1, Stream.LOG).size();
                    transport(2).invoke();
                    transport(2).poll(few, 3);
                    assertThat(few.messages(1, Stream.LOG).size() - before).isLessThanOrEqualTo(3);
                    return few.messages(1, Stream.LOG).size() == 20;
                },
                2);
    }

    @Test
    void aNodeCannotBecomeAnother() {
        start(hello(1, 1), 2);
        for (Hello other : List.of(hello(2, 1), hello(1, 2), new Hello(CLUSTER, 0, 1, 1, 5, new Incarnation(1, 0)))) {
            assertThatThrownBy(() -> transport(1).introduceAs(other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot become another");
        }
    }

    @Test
    void aNodeHasNoLinkWithItself() {
        start(hello(1, 1));
        assertThatThrownBy(() -> transport(1).add(network.peer(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node 1");
    }

    @Test
    void aClosedTransportTakesNothingAndClosesTwice() {
        startPair();
        Transport closed = transport(1);
        closed.close();
        closed.close();
        assertThat(closed.offer(2, Stream.LOG, buffer, 0, 10)).isEqualTo(SendResult.CLOSED);
        assertThat(closed.claim(2, Stream.LOG, 10, transport(2).newClaim())).isEqualTo(SendResult.CLOSED);
        assertThat(closed.poll(new Recorder(), 1)).isZero();
        assertThat(closed.invoke()).isZero();
        assertThatThrownBy(() -> closed.add(network.peer(3)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        until("the other side sees it", () -> !transport(2).isUp(1), 1);
    }
}
