package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Claim;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.link.Outbound;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.ReservedValueSupplier;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;

/** The publications to one place. Belongs to the transport's thread. */
abstract class AeronOutbound implements Outbound, ReservedValueSupplier {
    private static final int RETRIES = 3;

    final AeronWire wire;
    private final List<Stream> streams;
    private final ExclusivePublication[] publications = new ExclusivePublication[Stream.count()];
    private final int[] repairCounters = new int[Stream.count()];
    private long tag;
    private boolean closed;

    AeronOutbound(AeronWire wire, List<Stream> streams) {
        this.wire = wire;
        this.streams = streams;
    }

    /** @return the channel that a stream's publication is made for, without what all of them have in common */
    abstract String channel(Stream stream);

    /** @return whether publications can be made */
    boolean isReady() {
        return true;
    }

    /** Called now and then while nobody takes anything: the place may have moved. */
    abstract void lookAgain();

    /** What the publications belonged to is no more. */
    void onHostGone() {
        Arrays.fill(publications, null);
    }

    /** All can be made again. */
    abstract void onHostBack();

    /** Makes every publication, anew if there is one. */
    final void makeAll() {
        for (Stream stream : streams) {
            forget(stream);
        }
    }

    @Override
    public long offer(Stream stream, DirectBuffer buffer, int offset, int length, long messageTag) {
        ExclusivePublication publication = publications[stream.number()];
        if (publication == null) {
            return SendResult.NOT_CONNECTED;
        }
        tag = messageTag;
        long result = publication.offer(buffer, offset, length, this);
        for (int i = 0; result == Publication.ADMIN_ACTION && i < RETRIES; i++) {
            result = publication.offer(buffer, offset, length, this);
        }
        return result >= 0 ? result : refusal(stream, result);
    }

    @Override
    public long claim(Stream stream, int length, long messageTag, Claim claim) {
        ExclusivePublication publication = publications[stream.number()];
        if (publication == null) {
            return SendResult.NOT_CONNECTED;
        }
        AeronClaim into = (AeronClaim) claim;
        long result = publication.tryClaim(length, into.room);
        for (int i = 0; result == Publication.ADMIN_ACTION && i < RETRIES; i++) {
            result = publication.tryClaim(length, into.room);
        }
        if (result < 0) {
            return refusal(stream, result);
        }
        into.room.reservedValue(messageTag);
        return result;
    }

    private long refusal(Stream stream, long result) {
        if (result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION) {
            return SendResult.BACK_PRESSURED;
        }
        if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
            forget(stream); // a new one is made, and the link starts over
        }
        return SendResult.NOT_CONNECTED;
    }

    private void forget(Stream stream) {
        ExclusivePublication publication = publications[stream.number()];
        publications[stream.number()] = null;
        if (publication != null) {
            wire.giveUp(publication);
        }
        wire.want(this, stream);
    }

    @Override
    public long get(DirectBuffer termBuffer, int termOffset, int frameLength) {
        return tag;
    }

    /** A publication that was wanted is there. */
    void onPublication(Stream stream, ExclusivePublication publication, int repairCounter) {
        if (closed) {
            wire.giveUp(publication);
            return;
        }
        if (publications[stream.number()] != null) {
            wire.giveUp(publications[stream.number()]); // it was wanted twice
        }
        publications[stream.number()] = publication;
        repairCounters[stream.number()] = repairCounter;
    }

    /** @return whether a publication of this peer has that session */
    boolean hasSession(int sessionId) {
        for (ExclusivePublication publication : publications) {
            if (publication != null && publication.sessionId() == sessionId) {
                return true;
            }
        }
        return false;
    }

    int session(Stream stream) {
        return publications[stream.number()].sessionId();
    }

    /** @return the member that this leads to; -1 if it is none */
    int node() {
        return -1;
    }

    /** @return where what is sent is heard, and therefore comes back from; null if nobody knows, or it is no member */
    String address() {
        return null;
    }

    /** @return whether a publication that could not be made may be made yet */
    boolean isToBeTriedAgain() {
        return true;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isConnected() {
        for (Stream stream : streams) {
            ExclusivePublication publication = publications[stream.number()];
            if (publication == null || !publication.isConnected()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public long retransmitted() {
        long total = 0;
        for (int i = 0; i < publications.length; i++) {
            if (publications[i] != null) {
                total += wire.counter(repairCounters[i]);
            }
        }
        return total;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            for (int i = 0; i < publications.length; i++) {
                if (publications[i] != null) {
                    wire.giveUp(publications[i]);
                    publications[i] = null;
                }
            }
            wire.onClosed(this);
        }
    }
}
