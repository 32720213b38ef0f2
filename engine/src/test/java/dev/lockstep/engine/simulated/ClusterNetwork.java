package dev.lockstep.engine.simulated;

import dev.lockstep.engine.replica.Links;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Stream;
import org.agrona.DirectBuffer;

/** What carries messages between the nodes of a simulated cluster, in virtual time. */
interface ClusterNetwork {
    /** Hears what one process's links bring, when it polls. */
    interface Handler {
        void onLinkUp(int node, Hello peer);

        void onMessage(int node, Stream stream, DirectBuffer buffer, int offset, int length);

        void onLinkDown(int node);
    }

    /** One process's end of the network. */
    interface Endpoint extends Links {
        /** Delivers all that has come until now, in order. */
        void poll(Handler handler);

        /** Says something else of itself from now on: every link goes down and comes up anew. */
        void introduceAs(Hello hello);

        /** @return whether a node is not heard, since it comes as an older start of one that was */
        boolean refuses(int node);

        /** The process dies, without a word to anybody. */
        void kill();
    }

    /**
     * A process starts. If one of the same node lives on, it is the older one of the two.
     *
     * @param onArrival is run, at its time, whenever something has come that a poll would bring
     */
    Endpoint open(Hello self, Runnable onArrival);

    /** What goes wrong by itself from now on. */
    void faults(NetworkFaults faults);

    /** Lets nothing through, one way. */
    void block(int from, int to);

    void unblock(int from, int to);

    void unblockAll();

    /** Loses what is on the way between two nodes; both notice. */
    void breakLink(int one, int other);
}
