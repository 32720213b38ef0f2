package dev.lockstep.engine.real;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.SendResult;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What is on its way between the nodes of a {@link DiskCluster}: in order, and lost only when a link goes down. */
final class MemoryLinks {
    private static final int WINDOW_BYTES = 2 << 20;

    private record Way(int from, int to) {}

    /** What was sent on one way and has not arrived. */
    private static final class Waiting {
        private final Queue<UnsafeBuffer> letters = new ArrayDeque<>();
        private int bytes;
    }

    private final DiskNode[] nodes;
    private final Map<Way, Waiting> up = new LinkedHashMap<>();
    private final Set<Way> cut = new HashSet<>();

    /** @param nodes by their numbers, from 1 */
    MemoryLinks(DiskNode[] nodes) {
        this.nodes = nodes;
    }

    long offer(int from, int to, DirectBuffer buffer, int offset, int length) {
        Waiting waiting = up.get(new Way(from, to));
        if (waiting == null) {
            return SendResult.NOT_CONNECTED;
        }
        if (waiting.bytes + length > WINDOW_BYTES) {
            return SendResult.BACK_PRESSURED;
        }
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
        bytes.putBytes(0, buffer, offset, length);
        waiting.letters.add(bytes);
        waiting.bytes += length;
        return waiting.bytes;
    }

    /**
     * Everything arrives that was on its way before.
     *
     * @return how many messages that were
     */
    int deliver() {
        int delivered = 0;
        for (Way way : up.keySet().toArray(new Way[0])) {
            Waiting waiting = up.get(way);
            for (int i = waiting == null ? 0 : waiting.letters.size(); i > 0 && up.get(way) == waiting; i--) {
                UnsafeBuffer letter = waiting.letters.remove();
                waiting.bytes -= letter.capacity();
                nodes[way.to].hear(way.from, letter);
                delivered++;
            }
        }
        return delivered;
    }

    /** The two do not reach each other until they are joined again. */
    void cut(int one, int other) {
        cut.add(new Way(one, other));
        cut.add(new Way(other, one));
        down(one, other);
    }

    void join(int one, int other) {
        cut.remove(new Way(one, other));
        cut.remove(new Way(other, one));
        up(one, other);
    }

    /** A link comes up between two that run, unless it is cut. */
    private void up(int one, int other) {
        boolean isPossible = one != other
                && nodes[one].isRunning()
                && nodes[other].isRunning()
                && !cut.contains(new Way(one, other))
                && !up.containsKey(new Way(one, other));
        if (isPossible) {
            Hello helloOfOne = nodes[one].replica().hello();
            Hello helloOfOther = nodes[other].replica().hello();
            up.put(new Way(one, other), new Waiting());
            up.put(new Way(other, one), new Waiting());
            nodes[one].replica().onLinkUp(other, helloOfOther);
            nodes[other].replica().onLinkUp(one, helloOfOne);
        }
    }

    /** What is on its way is lost, and whoever runs hears of it. */
    private void down(int one, int other) {
        boolean wasUp = up.remove(new Way(one, other)) != null;
        up.remove(new Way(other, one));
        if (wasUp) {
            tellDown(one, other);
            tellDown(other, one);
        }
    }

    private void tellDown(int one, int other) {
        if (nodes[one].isRunning()) {
            nodes[one].replica().onLinkDown(other);
        }
    }

    void allUp(int node) {
        for (int other = 1; other < nodes.length; other++) {
            up(node, other);
        }
    }

    void allDown(int node) {
        for (int other = 1; other < nodes.length; other++) {
            down(node, other);
        }
    }

    void isolate(int node) {
        for (int other = 1; other < nodes.length; other++) {
            cut(node, other);
        }
    }

    void rejoin(int node) {
        for (int other = 1; other < nodes.length; other++) {
            join(node, other);
        }
    }
}
