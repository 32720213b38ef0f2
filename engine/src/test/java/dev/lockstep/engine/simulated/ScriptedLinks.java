package dev.lockstep.engine.simulated;

import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What is on its way between the nodes of a {@link ScriptedCluster}, and which ways are open. */
final class ScriptedLinks {
    private record Way(int from, int to) {}

    private final ScriptedNode[] nodes;
    private final List<ScriptedLetter> waiting = new ArrayList<>();
    private final List<ScriptedLetter> sent = new ArrayList<>();
    private final Set<Way> held = new HashSet<>();
    private final Set<Way> cut = new HashSet<>();
    private final Set<Way> up = new HashSet<>();

    ScriptedLinks(ScriptedNode[] nodes) {
        this.nodes = nodes;
    }

    long offer(ScriptedNode from, int to, Stream stream, DirectBuffer buffer, int offset, int length) {
        from.started.life().check();
        if (!up.contains(new Way(from.number, to))) {
            return SendResult.NOT_CONNECTED;
        }
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
        bytes.putBytes(0, buffer, offset, length);
        ScriptedLetter bare = new ScriptedLetter(
                sent.size(),
                from.number,
                to,
                stream,
                bytes,
                from.ballot(),
                from.disk.durableIndex(),
                from.disk.promised(),
                null);
        boolean isReply = bare.is(ScriptedLetter.Kind.APPEND_REPLY);
        ScriptedLetter letter = isReply ? naming(bare, from) : bare;
        sent.add(letter);
        waiting.add(letter);
        return sent.size();
    }

    private static ScriptedLetter naming(ScriptedLetter bare, ScriptedNode from) {
        return new ScriptedLetter(
                bare.number(),
                bare.from(),
                bare.to(),
                bare.stream(),
                bare.bytes(),
                bare.ballot(),
                bare.durableIndex(),
                bare.promised(),
                from.disk.holding(bare.appendReply().index()));
    }

    /** @return everything that has left anybody until now, delivered or not */
    List<ScriptedLetter> sent() {
        return sent;
    }

    /** @return what is on its way there, in order */
    List<ScriptedLetter> waiting(int from, int to) {
        return waiting.stream()
                .filter(each -> each.from() == from && each.to() == to)
                .toList();
    }

    /** @return the next one of a kind that is on its way there; null if there is none */
    ScriptedLetter take(int from, int to, ScriptedLetter.Kind kind) {
        for (Iterator<ScriptedLetter> each = waiting.iterator(); each.hasNext(); ) {
            ScriptedLetter letter = each.next();
            if (letter.from() == from && letter.to() == to && letter.is(kind)) {
                each.remove();
                return letter;
            }
        }
        return null;
    }

    /** @return all that is on its way, and neither held nor to somebody who does not listen */
    List<ScriptedLetter> takeDeliverable() {
        List<ScriptedLetter> due = waiting.stream()
                .filter(each -> !held.contains(new Way(each.from(), each.to())))
                .filter(each -> nodes[each.to()].isRunning() && !nodes[each.to()].isPaused)
                .toList();
        waiting.removeAll(due);
        return due;
    }

    List<ScriptedLetter> takeAll(int from, int to) {
        List<ScriptedLetter> all = waiting(from, to);
        waiting.removeAll(all);
        return all;
    }

    void loseSince(long number) {
        waiting.removeIf(each -> each.number() >= number);
    }

    void hold(int from, int to) {
        held.add(new Way(from, to));
    }

    void release(int from, int to) {
        held.remove(new Way(from, to));
    }

    // ---- links come and go

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

    void up(int one, int other) {
        boolean isPossible = one != other
                && nodes[one].isRunning()
                && nodes[other].isRunning()
                && !cut.contains(new Way(one, other))
                && !up.contains(new Way(one, other));
        if (isPossible) {
            var helloOfOne = nodes[one].replica.hello();
            var helloOfOther = nodes[other].replica.hello();
            up.add(new Way(one, other));
            up.add(new Way(other, one));
            nodes[one].onLinkUp(other, helloOfOther);
            nodes[other].onLinkUp(one, helloOfOne);
        }
    }

    /** What is on its way is lost; whoever lives notices. */
    void down(int one, int other) {
        waiting.removeAll(waiting(one, other));
        waiting.removeAll(waiting(other, one));
        boolean wasUp = up.remove(new Way(one, other));
        up.remove(new Way(other, one));
        if (wasUp) {
            tellDown(one, other);
            tellDown(other, one);
        }
    }

    private void tellDown(int one, int other) {
        if (nodes[one].isRunning()) {
            nodes[one].onLinkDown(other);
        }
    }

    void allUp(int node) {
        for (int other = 1; other < nodes.length; other++) {
            up(node, other);
        }
    }

    void allDown(int node) {
        for (int other = 1; other < nodes.length; other++) {
            if (other != node) {
                down(node, other);
            }
        }
    }
}
