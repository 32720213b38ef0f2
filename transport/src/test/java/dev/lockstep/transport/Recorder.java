package dev.lockstep.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;

/** Hears what a transport brings, and remembers it in order. */
public class Recorder implements LinkHandler {
    /** One thing that was heard: an event of a link, or a message. */
    public record Heard(int node, String what, Stream stream, int length) {}

    private final List<Heard> heard = new ArrayList<>();
    private final Map<Integer, Hello> hellos = new HashMap<>();
    private final Map<Long, Integer> guests = new HashMap<>();
    private final List<String> refusals = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private final Map<Long, List<byte[]>> messages = new HashMap<>();

    @Override
    public void onLinkUp(int node, Hello peer) {
        heard.add(new Heard(node, "up", null, 0));
        hellos.put(node, peer);
        guests.put(peer.identity(), node);
    }

    @Override
    public void onMessage(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        heard.add(new Heard(node, "message", stream, length));
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        messages.computeIfAbsent(node * 8L + stream.number(), key -> new ArrayList<>())
                .add(bytes);
    }

    @Override
    public void onLinkDown(int node, LinkDown reason) {
        heard.add(new Heard(node, "down " + reason, null, 0));
    }

    @Override
    public void onRefused(int node, String why) {
        refusals.add(why);
    }

    @Override
    public void onTrouble(String why) {
        troubles.add(why);
    }

    /** @return the events of a node's link, in order, with its messages left out */
    public List<String> events(int node) {
        return heard.stream()
                .filter(each -> each.node() == node && !each.what().equals("message"))
                .map(Heard::what)
                .toList();
    }

    /** @return everything that was heard of a node, in order */
    public List<Heard> all(int node) {
        return heard.stream().filter(each -> each.node() == node).toList();
    }

    /** @return what a node sent on a stream, in order */
    public List<byte[]> messages(int node, Stream stream) {
        return messages.getOrDefault(node * 8L + stream.number(), List.of());
    }

    /** @return who a node said it was, last */
    public Hello hello(int node) {
        return hellos.get(node);
    }

    /** @return by which number each identity is known here */
    public Map<Long, Integer> guests() {
        return guests;
    }

    /** @return why nodes were refused, in order */
    public List<String> refusals() {
        return refusals;
    }

    /** @return what kept the transport from its work, in order */
    public List<String> troubles() {
        return troubles;
    }

    /** Forgets all. */
    public void clear() {
        heard.clear();
        refusals.clear();
        troubles.clear();
        messages.clear();
    }
}
