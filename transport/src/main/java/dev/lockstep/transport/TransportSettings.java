package dev.lockstep.transport;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a transport is opened. Immutable.
 *
 * @param self this node, and where it listens: on the port and the next one, and on the one behind for what clients
 *     say of its answers; null for a client
 * @param driver where the work is done
 * @param directory for {@link Driver#EXTERNAL} that of the driver; otherwise where to keep buffers when there is too
 *     little shared memory, or null to refuse then
 * @param sharedMemory where buffers are kept if there is room
 * @param mtuBytes the longest datagram payload: 1408 passes every network, 8192 is faster on loopback and where frames
 *     are jumbo
 * @param maxMessageBytes the longest message on {@link Stream#BULK}; room for one is taken for each peer if it is longer
 *     than what is carried whole
 * @param maxClients how many clients may speak with this node; zero for none, and then it does not listen for them.
 *     Each costs every turn of the transport's thread some ten nanoseconds
 * @param term how much each stream may have under way
 */
public record TransportSettings(
        Peer self,
        Driver driver,
        Path directory,
        Path sharedMemory,
        int mtuBytes,
        int maxMessageBytes,
        int maxClients,
        Terms term) {

    /**
     * The term buffers of each stream, of which each takes three for a peer, and the peer three; an eighth of one is the
     * longest message that is carried whole.
     *
     * @param controlBytes for {@link Stream#CONTROL}
     * @param logBytes for {@link Stream#LOG}
     * @param bulkBytes for {@link Stream#BULK}
     * @param clientBytes for {@link Stream#CLIENT}
     */
    public record Terms(int controlBytes, int logBytes, int bulkBytes, int clientBytes) {
        /** Less than 13 MB for a peer and 7 MB for a client, of which only what was used takes room. */
        public static final Terms DEFAULT = new Terms(64 << 10, 1 << 20, 1 << 20, 1 << 20);

        /** @return those of a stream */
        int of(Stream stream) {
            return switch (stream) {
                case CONTROL -> controlBytes;
                case LOG -> logBytes;
                case BULK -> bulkBytes;
                case CLIENT -> clientBytes;
            };
        }
    }

    /** The longest message there is. */
    public static final int LONGEST_MESSAGE_BYTES = (16 << 20) + 4096;

    private static final int MAX_CLIENTS = 1000;
    private static final int MIN_TERM_BYTES = 64 << 10;
    private static final int MAX_TERM_BYTES = 64 << 20;
    private static final int MIN_MTU_BYTES = 512;
    private static final int MAX_MTU_BYTES = 65504;
    private static final int MTU_UNIT_BYTES = 32;

    /**
     * @throws IllegalArgumentException naming every mistake at once
     */
    public TransportSettings {
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(sharedMemory, "sharedMemory");
        Objects.requireNonNull(term, "term");
        List<String> mistakes = new ArrayList<>();
        if (mtuBytes < MIN_MTU_BYTES || mtuBytes > MAX_MTU_BYTES || mtuBytes % MTU_UNIT_BYTES != 0) {
            mistakes.add("mtuBytes is " + mtuBytes + "; it must be a multiple of " + MTU_UNIT_BYTES + " from "
                    + MIN_MTU_BYTES + " to " + MAX_MTU_BYTES);
        }
        if (maxMessageBytes < 1 || maxMessageBytes > LONGEST_MESSAGE_BYTES) {
            mistakes.add("maxMessageBytes is " + maxMessageBytes + "; it must be from 1 to " + LONGEST_MESSAGE_BYTES);
        }
        if (maxClients < 0 || maxClients > MAX_CLIENTS) {
            mistakes.add("maxClients is " + maxClients + "; it must be from 0 to " + MAX_CLIENTS);
        }
        for (Stream stream : Stream.values()) {
            int bytes = term.of(stream);
            if (bytes < MIN_TERM_BYTES || bytes > MAX_TERM_BYTES || Integer.bitCount(bytes) != 1) {
                mistakes.add("the term buffer of " + stream + " has " + bytes
                        + " bytes; it must be a power of two from " + MIN_TERM_BYTES + " to " + MAX_TERM_BYTES);
            } else if (mtuBytes > bytes / 2) {
                mistakes.add("mtuBytes is " + mtuBytes + "; half of the term buffer of " + stream + " is " + bytes / 2
                        + ", and a datagram must fit it");
            }
        }
        if (driver == Driver.EXTERNAL && directory == null) {
            mistakes.add("the driver is external, but its directory is not given");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    /**
     * @param self this node, and where it listens
     * @return what is right for most
     */
    public static TransportSettings of(Peer self) {
        return new TransportSettings(
                self, Driver.INVOKED, null, Path.of("/dev/shm"), 1408, 128 << 10, 0, Terms.DEFAULT);
    }

    /**
     * @return what is right for most clients, which listen nowhere
     */
    public static TransportSettings ofClient() {
        return new TransportSettings(null, Driver.INVOKED, null, Path.of("/dev/shm"), 1408, 1, 0, Terms.DEFAULT);
    }

    /**
     * @param newDriver where the work is done
     * @param newDirectory see the record
     * @return the same otherwise
     */
    public TransportSettings withDriver(Driver newDriver, Path newDirectory) {
        return new TransportSettings(
                self, newDriver, newDirectory, sharedMemory, mtuBytes, maxMessageBytes, maxClients, term);
    }

    /**
     * @param newDirectory where to keep buffers when there is too little shared memory; with {@link Driver#EXTERNAL}
     *     that of the driver
     * @param newSharedMemory where shared memory is
     * @return the same otherwise
     */
    public TransportSettings withDirectories(Path newDirectory, Path newSharedMemory) {
        return new TransportSettings(
                self, driver, newDirectory, newSharedMemory, mtuBytes, maxMessageBytes, maxClients, term);
    }

    /**
     * @param bytes the longest datagram payload
     * @return the same otherwise
     */
    public TransportSettings withMtuBytes(int bytes) {
        return new TransportSettings(self, driver, directory, sharedMemory, bytes, maxMessageBytes, maxClients, term);
    }

    /**
     * @param bytes the longest message on {@link Stream#BULK}
     * @return the same otherwise
     */
    public TransportSettings withMaxMessageBytes(int bytes) {
        return new TransportSettings(self, driver, directory, sharedMemory, mtuBytes, bytes, maxClients, term);
    }

    /**
     * @param clients how many clients may speak with this node
     * @return the same otherwise
     */
    public TransportSettings withMaxClients(int clients) {
        return new TransportSettings(self, driver, directory, sharedMemory, mtuBytes, maxMessageBytes, clients, term);
    }

    /**
     * @param terms the term buffers
     * @return the same otherwise
     */
    public TransportSettings withTerms(Terms terms) {
        return new TransportSettings(
                self, driver, directory, sharedMemory, mtuBytes, maxMessageBytes, maxClients, terms);
    }

    /**
     * @param stream a stream
     * @return the bytes of its term buffers
     */
    public int termBytes(Stream stream) {
        return term.of(stream);
    }

    /** @return a term of the stream that has the longest ones */
    public int longestTermBytes() {
        int longest = 0;
        for (Stream each : Stream.values()) {
            longest = Math.max(longest, term.of(each));
        }
        return longest;
    }
}
