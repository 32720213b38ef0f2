package dev.lockstep.transport.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One process, a node or a client: sends numbered messages to whoever is there, and checks the numbers of what it gets.
 * Each message says who sent it, in which start and which life of the link, as the how manieth of its stream, and for
 * whom it is meant.
 */
abstract class Talker implements LinkHandler {
    static final int LONG_BYTES = 40_000;
    private static final int SENDER = 0;
    private static final int SENDERS_START = 8;
    private static final int SENDERS_LIFE = 16;
    private static final int NUMBER = 24;
    private static final int RECEIVER = 32;
    private static final int RECEIVERS_START = 40;
    private static final int SHORT_BYTES = 48;
    private static final int POLL_LIMIT = 10;

    /** What has been sent to a peer and heard of it in this life of the link. */
    private static final class Life {
        private final Hello peer;
        private final long number;
        private final long[] sent = new long[Stream.count()];
        private final long[] heard = new long[Stream.count()];
        /** Which start of the peer speaks, and in which life of its own; zero before it has said so. */
        private long peersStart;

        private long peersLife;

        Life(Hello peer, long number) {
            this.peer = peer;
            this.number = number;
        }
    }

    final long identity;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[LONG_BYTES]);
    private final Map<Integer, Life> links = new TreeMap<>();
    private final Set<Integer> guestsEver = new TreeSet<>();
    /** Which lives of which peers were heard, and the last one that was heard of each number. */
    private final Set<List<Long>> livesHeard = new HashSet<>();

    private final Map<Integer, Long> lastLives = new HashMap<>();
    private final Map<Integer, Long> delivered = new HashMap<>();
    private Transport transport;
    private long start;
    private long lives;
    private int pausedSteps;
    private long downs;

    Talker(long identity) {
        this.identity = identity;
    }

    /** @return the transport of a process that starts */
    abstract Transport open(long newStart);

    /** @return the stream that the next message to a peer is sent on */
    abstract Stream nextStreamTo(int peer);

    /** Starts as a new process, which remembers nothing. */
    void start() {
        links.clear();
        guestsEver.clear();
        livesHeard.clear();
        lastLives.clear();
        delivered.clear();
        lives = 0;
        pausedSteps = 0;
        start++;
        transport = open(start);
    }

    Transport transport() {
        return transport;
    }

    void pause(int steps) {
        pausedSteps = steps;
    }

    void turn() {
        if (pausedSteps > 0) {
            pausedSteps--;
            return;
        }
        transport.invoke();
        transport.poll(this, POLL_LIMIT);
        links.forEach((peer, life) -> send(peer, nextStreamTo(peer), life));
    }

    private void send(int peer, Stream stream, Life life) {
        long number = life.sent[stream.number()];
        int length = stream == Stream.BULK && number % 7 == 3 ? LONG_BYTES : SHORT_BYTES;
        buffer.putLong(SENDER, identity);
        buffer.putLong(SENDERS_START, start);
        buffer.putLong(SENDERS_LIFE, life.number);
        buffer.putLong(NUMBER, number);
        buffer.putLong(RECEIVER, life.peer.identity());
        buffer.putLong(RECEIVERS_START, life.peersStart);
        for (int at = SHORT_BYTES; at < length; at += Integer.BYTES) {
            buffer.putInt(at, filling(number, at));
        }
        long result = transport.offer(peer, stream, buffer, 0, length);
        if (result >= 0) {
            life.sent[stream.number()]++;
        } else {
            assertThat(result).isIn(SendResult.BACK_PRESSURED, SendResult.NOT_CONNECTED);
        }
    }

    /** Has no link with a peer any more. */
    void leave(int peer) {
        transport.remove(peer);
        assertThat(transport.isUp(peer)).isFalse();
        links.remove(peer);
    }

    @Override
    public void onLinkUp(int node, Hello peer) {
        assertThat(links).as("told of two ups in a row").doesNotContainKey(node);
        assertThat(peer.isClient()).isEqualTo(Transport.isClient(node));
        if (peer.isClient()) {
            assertThat(guestsEver.add(node)).as("a new number").isTrue();
        }
        links.put(node, new Life(peer, ++lives));
    }

    @Override
    public void onMessage(int node, Stream stream, DirectBuffer message, int offset, int length) {
        Life life = links.get(node);
        assertThat(life).as("a message while the link is down").isNotNull();
        checkSender(node, life, message, offset);
        assertThat(message.getLong(offset + RECEIVER)).as("meant for us").isEqualTo(identity);
        assertThat(message.getLong(offset + RECEIVERS_START))
                .as("meant for this start")
                .isIn(0L, start);
        assertThat(message.getLong(offset + NUMBER)).as("without a gap").isEqualTo(life.heard[stream.number()]);
        checkWhole(message, offset, length, life.heard[stream.number()]);
        life.heard[stream.number()]++;
        delivered.merge(node, 1L, Long::sum);
    }

    /** What stands where depends on the message and the place. */
    private static int filling(long number, int at) {
        return (int) number * 31 + at;
    }

    private static void checkWhole(DirectBuffer message, int offset, int length, long number) {
        assertThat(length).as("whole").isIn(SHORT_BYTES, LONG_BYTES);
        for (int at = SHORT_BYTES; at < length; at += Integer.BYTES) {
            if (message.getInt(offset + at) != filling(number, at)) {
                throw new AssertionError("message " + number + " was sent otherwise at " + at);
            }
        }
    }

    private void checkSender(int node, Life life, DirectBuffer message, int offset) {
        long sendersStart = message.getLong(offset + SENDERS_START);
        long sendersLife = message.getLong(offset + SENDERS_LIFE);
        assertThat(message.getLong(offset + SENDER)).as("who sent it").isEqualTo(life.peer.identity());
        if (life.peer.incarnation().start() > 0) {
            assertThat(sendersStart)
                    .as("the start that sent it")
                    .isEqualTo(life.peer.incarnation().start());
        }
        if (life.peersStart == 0) {
            life.peersStart = sendersStart;
            life.peersLife = sendersLife;
            checkOrder(node, life);
        }
        assertThat(sendersStart).as("of one start").isEqualTo(life.peersStart);
        assertThat(sendersLife).as("of one life").isEqualTo(life.peersLife);
    }

    private void checkOrder(int node, Life life) {
        long order = life.peersStart << 32 | life.peersLife;
        assertThat(livesHeard.add(List.of(life.peer.identity(), order)))
                .as("heard for the first time")
                .isTrue();
        Long before = lastLives.put(node, order);
        assertThat(before == null || before < order)
                .as("later than the one before")
                .isTrue();
    }

    @Override
    public void onLinkDown(int node, LinkDown reason) {
        assertThat(links.remove(node)).as("down without an up").isNotNull();
        downs++;
    }

    @Override
    public void onRefused(int node, String why) {
        throw new AssertionError(why);
    }

    @Override
    public void onTrouble(String why) {
        throw new AssertionError(why);
    }

    boolean isUp(int peer) {
        return transport.isUp(peer) && links.containsKey(peer);
    }

    /** @return the numbers of the clients that are up */
    List<Integer> guests() {
        return links.keySet().stream().filter(Transport::isClient).toList();
    }

    /** @return how many messages of a peer were delivered since it was started */
    long delivered(int peer) {
        return delivered.getOrDefault(peer, 0L);
    }

    /** @return how many messages were delivered since it was started */
    long delivered() {
        return delivered.values().stream().mapToLong(Long::longValue).sum();
    }

    /** @return how often links went down */
    long downs() {
        return downs;
    }
}
