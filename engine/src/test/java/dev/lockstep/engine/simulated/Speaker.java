package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A process that sends numbered messages and checks the numbers of what it hears: each says in which start and which life
 * of the link it was sent, and as the how manieth on its stream.
 */
final class Speaker implements ClusterNetwork.Handler {
    static final int SHORT_BYTES = 24;
    private static final int START = 0;
    private static final int LIFE = 8;
    private static final int NUMBER = 16;

    /** A message as it came. */
    record Heard(int from, Stream stream, long start, long life, long number, long atNs) {}

    private static final class Life {
        private final Hello peer;
        private final long number;
        private final long[] sent = new long[Stream.count()];
        private final long[] heard = new long[Stream.count()];
        private long peersLife;

        Life(Hello peer, long number) {
            this.peer = peer;
            this.number = number;
        }
    }

    final int node;
    final ClusterNetwork.Endpoint endpoint;
    final List<Heard> heard = new ArrayList<>();
    private final VirtualTime time;
    private final List<String> log;
    private final long start;
    private final Map<Integer, Life> lives = new TreeMap<>();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[SHORT_BYTES]);
    private Hello self;
    private long ups;
    private int downs;
    private boolean paused;
    private boolean killed;
    private boolean bearsDisorder;

    Speaker(ClusterNetwork network, VirtualTime time, List<String> log, int node, long start) {
        this.time = time;
        this.log = log;
        this.node = node;
        this.start = start;
        this.self = new Hello(1, 0, 1, node, 100 + node, new Incarnation(start, 0));
        this.endpoint = network.open(self, this::onArrival);
    }

    private void onArrival() {
        assertThat(killed).as("something comes to the dead").isFalse();
        if (!paused) {
            endpoint.poll(this);
        }
    }

    /** Duplicates, reorders and ghosts are no defects. */
    void bearDisorder() {
        bearsDisorder = true;
    }

    void pause() {
        paused = true;
    }

    void goOn() {
        paused = false;
        if (!killed) {
            endpoint.poll(this);
        }
    }

    void kill() {
        killed = true;
        endpoint.kill();
        endpoint.poll(this);
    }

    boolean isKilled() {
        return killed;
    }

    void introduceAnew() {
        self = new Hello(1, 0, self.epoch() + 1, node, self.identity(), self.incarnation());
        endpoint.introduceAs(self);
    }

    Hello self() {
        return self;
    }

    long say(int peer, Stream stream) {
        return say(peer, stream, SHORT_BYTES);
    }

    /** @return what came of the offer */
    long say(int peer, Stream stream, int length) {
        if (length > buffer.capacity()) {
            buffer.wrap(new byte[length]);
        }
        Life life = lives.get(peer);
        buffer.putLong(START, start);
        buffer.putLong(LIFE, life == null ? 0 : life.number);
        buffer.putLong(NUMBER, life == null ? 0 : life.sent[stream.number()]);
        long result = endpoint.offer(peer, stream, buffer, 0, length);
        if (result != SendResult.BACK_PRESSURED) {
            buffer.setMemory(0, length, (byte) -1); // nobody reads it any more
        }
        if (result >= 0) {
            assertThat(life)
                    .as("an offer to somebody who was never heard is taken")
                    .isNotNull();
            life.sent[stream.number()]++;
        }
        return result;
    }

    boolean isUp(int peer) {
        return lives.containsKey(peer);
    }

    /** @return what the peer said of itself when the link came up */
    Hello peer(int peer) {
        return lives.get(peer).peer;
    }

    int downs() {
        return downs;
    }

    List<Long> numbersFrom(int peer, Stream stream) {
        return heard.stream()
                .filter(message -> message.from() == peer && message.stream() == stream)
                .map(Heard::number)
                .toList();
    }

    @Override
    public void onLinkUp(int peer, Hello hello) {
        log(peer, "up " + hello);
        assertThat(hello.node()).isEqualTo(peer);
        assertThat(lives).as("two ups in a row").doesNotContainKey(peer);
        lives.put(peer, new Life(hello, ++ups));
    }

    @Override
    public void onMessage(int peer, Stream stream, DirectBuffer message, int offset, int length) {
        Heard said = new Heard(
                peer,
                stream,
                message.getLong(offset + START),
                message.getLong(offset + LIFE),
                message.getLong(offset + NUMBER),
                time.nowNs());
        log(peer, said.toString());
        heard.add(said);
        Life life = lives.get(peer);
        assertThat(life).as("a message while the link is down").isNotNull();
        if (!bearsDisorder) {
            check(life, said);
        }
    }

    private static void check(Life life, Heard said) {
        assertThat(said.start())
                .as("the start that sent it")
                .isEqualTo(life.peer.incarnation().start());
        if (life.peersLife == 0) {
            life.peersLife = said.life();
        }
        assertThat(said.life()).as("the life that it was sent in").isEqualTo(life.peersLife);
        int stream = said.stream().number();
        assertThat(said.number()).as("in order, without a gap").isEqualTo(life.heard[stream]);
        life.heard[stream]++;
    }

    @Override
    public void onLinkDown(int peer) {
        log(peer, "down");
        assertThat(lives.remove(peer)).as("down without an up").isNotNull();
        downs++;
    }

    private void log(int peer, String what) {
        log.add(time.nowNs() + " " + node + " of " + peer + ": " + what);
    }
}
