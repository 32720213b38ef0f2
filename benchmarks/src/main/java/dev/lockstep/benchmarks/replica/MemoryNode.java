package dev.lockstep.benchmarks.replica;

import dev.lockstep.engine.replica.Applying;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaPorts;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.engine.testing.MemoryBallots;
import dev.lockstep.engine.testing.MemoryMarks;
import dev.lockstep.storage.Identity;
import dev.lockstep.transport.Stream;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;

/** A real replica on ports in memory. Owned by one thread. */
final class MemoryNode {
    private static final long FIRST_IDENTITY = 100;

    private final int number;
    private final MemoryJournal journal;
    private final QuietListener listener = new QuietListener();
    private final Mailbox[] outgoing;
    private final Replica replica;

    /** @param nodes how many there are, numbered from 0 */
    MemoryNode(ReplicaSettings settings, int nodes, long nowNs) {
        number = settings.node();
        outgoing = new Mailbox[nodes];
        for (int peer = 0; peer < nodes; peer++) {
            outgoing[peer] = new Mailbox();
        }
        Identity identity = new Identity(FIRST_IDENTITY + number);
        journal = new MemoryJournal(identity);
        SplittableRandom random = new SplittableRandom(number);
        ReplicaPorts ports = new ReplicaPorts(
                journal,
                new MemoryMarks(),
                new MemoryBallots(identity),
                new NoRegister(),
                new NoSnapshots(),
                Applying.NOTHING,
                new NoOrphans(),
                this::offer,
                listener,
                random::nextLong,
                MemoryJournal.FRAME_BYTES);
        replica = new Replica(settings, ports, nowNs, nowNs);
        replica.start();
    }

    private long offer(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        return outgoing[node].offer(buffer, offset, length);
    }

    Replica replica() {
        return replica;
    }

    MemoryJournal journal() {
        return journal;
    }

    /** @return what its listener was told last */
    long committedIndex() {
        return listener.committedIndex();
    }

    /** Links to all others come up. */
    void connect(List<MemoryNode> all) {
        for (MemoryNode peer : all) {
            if (peer != this) {
                replica.onLinkUp(peer.number, peer.replica.hello());
            }
        }
    }

    /** All that was written before is on the device. */
    void flush() {
        journal.flush();
        replica.onFlushed();
    }

    /** What another one has sent is delivered. */
    void receiveFrom(MemoryNode peer) {
        peer.outgoing[number].deliver(peer.number, replica);
    }

    void tick(long nowNs) {
        replica.onTick(nowNs, nowNs);
    }
}
