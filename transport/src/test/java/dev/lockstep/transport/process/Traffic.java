package dev.lockstep.transport.process;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * Sends numbered messages on every stream to whoever is there, and checks the numbers of what it gets: within one life
 * of a link each stream brings what was sent in one life on the other side, from its first message on, without a gap.
 */
final class Traffic implements LinkHandler {
    private static final long PACE_NS = 1_000_000;

    /** What is sent on a stream in one life: one message, offered until it is taken, then the next. */
    private static final class Outgoing {
        final NumberedMessage message = new NumberedMessage();
        long number;
        long nextNs;
    }

    /** One life of a link, as this side sees it. */
    private static final class Life {
        final Hello peer;
        final long count;
        final Outgoing[] outgoing = new Outgoing[Stream.ofMembers().size()];
        final long[] sendersLife = new long[Stream.ofMembers().size()];
        final long[] next = new long[Stream.ofMembers().size()];

        Life(Hello peer, long count) {
            this.peer = peer;
            this.count = count;
        }
    }

    private final long start;
    private final Consumer<String> say;
    private final Map<Integer, Life> lives = new TreeMap<>();
    private final Map<String, Heard> heard = new HashMap<>();
    private final NumberedMessage incoming = new NumberedMessage();
    private long countOfLives;
    private Pace pace = Pace.NONE;

    /** How much is sent. */
    enum Pace {
        NONE,
        /** About a thousand messages a second on each stream. */
        PACED,
        /** As much as is taken. */
        FULL
    }

    /**
     * @param start how often this node was started
     * @param say where to tell what happens
     */
    Traffic(long start, Consumer<String> say) {
        this.start = start;
        this.say = say;
    }

    void pace(Pace newPace) {
        pace = newPace;
    }

    /** @return how much was sent */
    int send(Transport transport, long nowNs) {
        if (pace == Pace.NONE) {
            return 0;
        }
        int sent = 0;
        for (Map.Entry<Integer, Life> each : lives.entrySet()) {
            for (Stream stream : Stream.ofMembers()) {
                sent += send(transport, each.getKey(), each.getValue(), stream, nowNs);
            }
        }
        return sent;
    }

    private int send(Transport transport, int node, Life life, Stream stream, long nowNs) {
        Outgoing out = life.outgoing[stream.number()];
        if (out == null) {
            out = new Outgoing();
            life.outgoing[stream.number()] = out;
            out.nextNs = nowNs;
            out.message.write(stream, start, life.count, 0);
        }
        if (pace == Pace.PACED && out.nextNs - nowNs > 0) {
            return 0;
        }
        NumberedMessage message = out.message;
        if (transport.offer(node, stream, message.buffer(), 0, message.length()) < 0) {
            return 0;
        }
        out.nextNs = nowNs + PACE_NS;
        message.write(stream, start, life.count, ++out.number);
        return 1;
    }

    @Override
    public void onLinkUp(int node, Hello peer) {
        check(!lives.containsKey(node), "told of two ups of node " + node + " in a row");
        lives.put(node, new Life(peer, ++countOfLives));
        say.accept("up " + node + " " + peer.incarnation().start() + " "
                + peer.incarnation().generation());
    }

    @Override
    public void onLinkDown(int node, LinkDown reason) {
        check(lives.remove(node) != null, "node " + node + " is down without having been up");
        say.accept("down " + node + " " + reason);
    }

    @Override
    public void onMessage(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        incoming.read(buffer, offset, length);
        String what = "node " + node + " on " + stream + ": ";
        Life life = lives.get(node);
        check(life != null, what + "a message while the link is down");
        check(incoming.isWhole(stream), what + "a message of " + length + " bytes that is not whole");
        long peerStart = life.peer.incarnation().start();
        check(incoming.start() == peerStart, what + "sent by start " + incoming.start() + ", not " + peerStart);
        int at = stream.number();
        if (life.next[at] == 0) {
            life.sendersLife[at] = incoming.life();
        }
        check(incoming.life() == life.sendersLife[at], what + "of life " + incoming.life() + " in another one");
        check(incoming.number() == life.next[at], what + "number " + incoming.number() + ", not " + life.next[at]);
        life.next[at]++;
        heard(node, stream).onMessage(System.nanoTime());
    }

    private Heard heard(int node, Stream stream) {
        return heard.computeIfAbsent(node + " " + stream, key -> new Heard());
    }

    /** @return how many messages came on each stream, at least, in this life of the link */
    long messagesOfThisLife(int node) {
        Life life = lives.get(node);
        return life == null ? 0 : Arrays.stream(life.next).min().orElseThrow();
    }

    /** Counts anew what is heard of those who are there. */
    void beginWatch(long nowNs) {
        heard.clear();
        for (int node : lives.keySet()) {
            for (Stream stream : Stream.ofMembers()) {
                heard(node, stream).begin(nowNs);
            }
        }
    }

    /** @return what was heard of whom since the count began: node, stream, messages, longest silence in ms */
    String endWatch(long nowNs) {
        StringBuilder text = new StringBuilder();
        heard.forEach((whom, what) -> text.append(' ')
                .append(whom.replace(' ', ':'))
                .append(':')
                .append(what.messages())
                .append(':')
                .append(what.longestSilenceNs(nowNs) / 1_000_000));
        return text.toString();
    }

    @Override
    public void onRefused(int node, String why) {
        check(false, "refused: " + why);
    }

    @Override
    public void onTrouble(String why) {
        System.err.println("trouble: " + why); // which other tests are about
    }

    private static void check(boolean isRight, String otherwise) {
        if (!isRight) {
            throw new IllegalStateException(otherwise);
        }
    }
}
