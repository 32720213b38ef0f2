package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.ErrorFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.NakFlyweight;
import io.aeron.protocol.ResponseSetupFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.StatusMessageFlyweight;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Decides which datagrams Aeron gets to see at a socket we send from: what receivers send back. The socket is connected,
 * so they come from the peer's address and port, or from who writes that on them. Belongs to the driver's thread.
 */
final class SendGuard {
    private static final int UNALIGNED = FrameDescriptor.FRAME_ALIGNMENT - 1;

    private final GuardRules rules;
    private final StatusMessageFlyweight status = new StatusMessageFlyweight();
    private final NakFlyweight nak = new NakFlyweight();
    private final RttMeasurementFlyweight rtt = new RttMeasurementFlyweight();
    private final ErrorFlyweight error = new ErrorFlyweight();
    private final ResponseSetupFlyweight responseSetup = new ResponseSetupFlyweight();

    SendGuard(GuardRules rules) {
        this.rules = rules;
    }

    /** @return whether Aeron may act on it */
    boolean admits(UnsafeBuffer datagram, int length) {
        if (length < HeaderFlyweight.MIN_HEADER_LENGTH
                || datagram.getByte(HeaderFlyweight.VERSION_FIELD_OFFSET) != HeaderFlyweight.CURRENT_VERSION) {
            return malformed();
        }
        int frameLength = FrameDescriptor.frameLength(datagram, 0);
        if (frameLength > length) {
            return malformed();
        }
        return switch (FrameDescriptor.frameType(datagram, 0)) {
            case HeaderFlyweight.HDR_TYPE_SM -> admitsStatus(datagram, frameLength);
            case HeaderFlyweight.HDR_TYPE_NAK -> admitsNak(datagram, frameLength);
            case HeaderFlyweight.HDR_TYPE_RTTM -> admitsRtt(datagram, frameLength);
            case HeaderFlyweight.HDR_TYPE_ERR -> admitsError(datagram, frameLength);
            case HeaderFlyweight.HDR_TYPE_RSP_SETUP -> admitsResponseSetup(datagram, frameLength);
            default -> malformed();
        };
    }

    private boolean malformed() {
        rules.counters().onMalformed();
        return false;
    }

    private boolean decide(boolean isSound, int sessionId) {
        return isSound ? rules.filter().accepts(sessionId, true) : malformed();
    }

    private boolean admitsStatus(UnsafeBuffer datagram, int length) {
        status.wrap(datagram);
        Stream stream = length < StatusMessageFlyweight.HEADER_LENGTH ? null : StreamIds.streamOf(status.streamId());
        if (stream == null) {
            return malformed();
        }
        int termBytes = rules.settings().termBytes(stream);
        boolean isSound = status.consumptionTermOffset() >= 0
                && status.consumptionTermOffset() <= termBytes
                && status.receiverWindowLength() >= 0
                && status.receiverWindowLength() <= termBytes;
        return decide(isSound, status.sessionId());
    }

    private boolean admitsNak(UnsafeBuffer datagram, int length) {
        nak.wrap(datagram);
        Stream stream = length < NakFlyweight.HEADER_LENGTH ? null : StreamIds.streamOf(nak.streamId());
        if (stream == null) {
            return malformed();
        }
        int termBytes = rules.settings().termBytes(stream);
        boolean isSound = nak.termOffset() >= 0
                && nak.termOffset() < termBytes
                && (nak.termOffset() & UNALIGNED) == 0
                && nak.length() > 0
                && nak.length() <= termBytes - nak.termOffset();
        return decide(isSound, nak.sessionId());
    }

    private boolean admitsRtt(UnsafeBuffer datagram, int length) {
        rtt.wrap(datagram);
        boolean isSound = length >= RttMeasurementFlyweight.HEADER_LENGTH && StreamIds.streamOf(rtt.streamId()) != null;
        return isSound ? decide(true, rtt.sessionId()) : malformed();
    }

    /** A node tells a client by which session it answers; nobody tells a node. */
    private boolean admitsResponseSetup(UnsafeBuffer datagram, int length) {
        responseSetup.wrap(datagram);
        boolean isSound = rules.settings().self() == null
                && length >= ResponseSetupFlyweight.HEADER_LENGTH
                && StreamIds.streamOf(responseSetup.streamId()) == Stream.CLIENT;
        return isSound ? decide(true, responseSetup.sessionId()) : malformed();
    }

    private boolean admitsError(UnsafeBuffer datagram, int length) {
        error.wrap(datagram);
        if (length < ErrorFlyweight.HEADER_LENGTH) {
            return malformed();
        }
        int textLength = datagram.getInt(ErrorFlyweight.ERROR_STRING_FIELD_OFFSET, ByteOrder.LITTLE_ENDIAN);
        boolean isSound = StreamIds.streamOf(error.streamId()) != null
                && textLength >= 0
                && textLength <= length - ErrorFlyweight.HEADER_LENGTH
                && textLength <= ErrorFlyweight.MAX_ERROR_MESSAGE_LENGTH;
        return decide(isSound, error.sessionId());
    }
}
