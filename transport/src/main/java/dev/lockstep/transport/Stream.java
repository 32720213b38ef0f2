package dev.lockstep.transport;

import java.util.List;

/** What a link carries side by side: messages keep their order within a stream, not between two. */
public enum Stream {
    /** Short messages of the protocol: votes, acknowledgements, heartbeats. */
    CONTROL(0),
    /** The frames of the log. */
    LOG(1),
    /** What is long, and must not delay the others: snapshots, messages too long for {@link #LOG}. */
    BULK(2),
    /** The one stream of a link with a client, which is no member. */
    CLIENT(3);

    private static final Stream[] ALL = values();
    private static final List<Stream> MEMBERS = List.of(CONTROL, LOG, BULK);

    private final int number;

    Stream(int number) {
        this.number = number;
    }

    /** @return its number, from zero */
    public int number() {
        return number;
    }

    /** @return those that a link between members carries */
    public static List<Stream> ofMembers() {
        return MEMBERS;
    }

    /** @return how many there are */
    public static int count() {
        return ALL.length;
    }

    /**
     * @param number its number
     * @return the stream
     */
    public static Stream of(int number) {
        return ALL[number];
    }
}
