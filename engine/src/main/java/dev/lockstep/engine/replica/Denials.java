package dev.lockstep.engine.replica;

import dev.lockstep.transport.Transport;
import java.util.Arrays;

/** Which nodes have said that they do not keep a snapshot, since the last chunk of it came. Owned by the replica's thread. */
final class Denials {
    private final boolean[] hasDenied = new boolean[Transport.MAX_NODE + 1];
    private boolean isEmpty = true;

    void add(int node) {
        hasDenied[node] = true;
        isEmpty = false;
    }

    boolean contains(int node) {
        return hasDenied[node];
    }

    boolean isEmpty() {
        return isEmpty;
    }

    void clear() {
        if (!isEmpty) {
            Arrays.fill(hasDenied, false);
            isEmpty = true;
        }
    }
}
