package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.ErrorFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.NakFlyweight;
import io.aeron.protocol.ResponseSetupFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.SetupFlyweight;
import io.aeron.protocol.StatusMessageFlyweight;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** Datagrams as drivers send them. */
final class Frames {
    static final int TERM_ID = 100;
    static final int TERM_BYTES = 64 << 10;

    private Frames() {}

    static byte[] setup(Stream stream, int session, int termLength, int termOffset, int activeTermId, int mtu) {
        byte[] bytes = new byte[SetupFlyweight.HEADER_LENGTH];
        SetupFlyweight setup = new SetupFlyweight(new UnsafeBuffer(bytes));
        setup.streamId(StreamIds.of(stream))
                .sessionId(session)
                .initialTermId(TERM_ID)
                .activeTermId(activeTermId)
                .termOffset(termOffset)
                .termLength(termLength)
                .mtuLength(mtu)
                .ttl(0);
        finish(setup, 0, HeaderFlyweight.HDR_TYPE_SETUP, SetupFlyweight.HEADER_LENGTH);
        return bytes;
    }

    static byte[] setup(Stream stream, int session) {
        return setup(stream, session, TERM_BYTES, 0, TERM_ID, 1408);
    }

    static byte[] data(Stream stream, int session, int termOffset, byte[] payload) {
        int length = DataHeaderFlyweight.HEADER_LENGTH + payload.length;
        byte[] bytes = new byte[(length + 31) & ~31];
        DataHeaderFlyweight data = new DataHeaderFlyweight(new UnsafeBuffer(bytes));
        data.streamId(StreamIds.of(stream))
                .sessionId(session)
                .termId(TERM_ID)
                .termOffset(termOffset)
                .reservedValue(0);
        finish(data, DataHeaderFlyweight.BEGIN_AND_END_FLAGS, HeaderFlyweight.HDR_TYPE_DATA, length);
        System.arraycopy(payload, 0, bytes, DataHeaderFlyweight.HEADER_LENGTH, payload.length);
        return bytes;
    }

    /** @return the same setup, of a stream that began with one term and has come to another */
    static byte[] ofTerms(int initialTermId, int activeTermId, byte[] setup) {
        byte[] moved = setup.clone();
        new SetupFlyweight(new UnsafeBuffer(moved)).initialTermId(initialTermId).activeTermId(activeTermId);
        return moved;
    }

    /** @return the same datagram, of another term and life of a link */
    static byte[] of(int termId, long tag, byte[] datagram) {
        byte[] moved = datagram.clone();
        new DataHeaderFlyweight(new UnsafeBuffer(moved)).termId(termId).reservedValue(tag);
        return moved;
    }

    /** @return the same datagram, which says that nothing more will come */
    static byte[] ending(byte[] datagram) {
        byte[] ending = datagram.clone();
        new DataHeaderFlyweight(new UnsafeBuffer(ending)).flags(DataHeaderFlyweight.BEGIN_END_AND_EOS_FLAGS);
        return ending;
    }

    static byte[] heartbeat(Stream stream, int session, int termOffset) {
        byte[] bytes = data(stream, session, termOffset, new byte[0]);
        new DataHeaderFlyweight(new UnsafeBuffer(bytes)).frameLength(0);
        return bytes;
    }

    static byte[] padding(Stream stream, int session, int termOffset, int length) {
        byte[] bytes = data(stream, session, termOffset, new byte[0]);
        new DataHeaderFlyweight(new UnsafeBuffer(bytes))
                .headerType(HeaderFlyweight.HDR_TYPE_PAD)
                .frameLength(length);
        return bytes;
    }

    static byte[] status(Stream stream, int session, int termId, int termOffset, int window, int flags) {
        byte[] bytes = new byte[StatusMessageFlyweight.HEADER_LENGTH];
        StatusMessageFlyweight status = new StatusMessageFlyweight(new UnsafeBuffer(bytes));
        status.streamId(StreamIds.of(stream))
                .sessionId(session)
                .consumptionTermId(termId)
                .consumptionTermOffset(termOffset)
                .receiverWindowLength(window)
                .receiverId(7);
        finish(status, flags, HeaderFlyweight.HDR_TYPE_SM, StatusMessageFlyweight.HEADER_LENGTH);
        return bytes;
    }

    static byte[] nak(Stream stream, int session, int termId, int termOffset, int length) {
        byte[] bytes = new byte[NakFlyweight.HEADER_LENGTH];
        NakFlyweight nak = new NakFlyweight(new UnsafeBuffer(bytes));
        nak.streamId(StreamIds.of(stream))
                .sessionId(session)
                .termId(termId)
                .termOffset(termOffset)
                .length(length);
        finish(nak, 0, HeaderFlyweight.HDR_TYPE_NAK, NakFlyweight.HEADER_LENGTH);
        return bytes;
    }

    static byte[] rtt(Stream stream, int session, long number, int flags) {
        byte[] bytes = new byte[RttMeasurementFlyweight.HEADER_LENGTH];
        RttMeasurementFlyweight rtt = new RttMeasurementFlyweight(new UnsafeBuffer(bytes));
        rtt.streamId(StreamIds.of(stream))
                .sessionId(session)
                .echoTimestampNs(number)
                .receptionDelta(0)
                .receiverId(7);
        finish(rtt, flags, HeaderFlyweight.HDR_TYPE_RTTM, RttMeasurementFlyweight.HEADER_LENGTH);
        return bytes;
    }

    static byte[] error(Stream stream, int session, String text) {
        byte[] bytes = new byte[ErrorFlyweight.HEADER_LENGTH + text.length()];
        ErrorFlyweight error = new ErrorFlyweight(new UnsafeBuffer(bytes));
        finish(error, 0, HeaderFlyweight.HDR_TYPE_ERR, bytes.length);
        error.streamId(StreamIds.of(stream))
                .sessionId(session)
                .receiverId(7)
                .errorCode(1)
                .errorMessage(text);
        error.frameLength(bytes.length);
        return bytes;
    }

    static byte[] responseSetup(Stream stream, int session) {
        byte[] bytes = new byte[ResponseSetupFlyweight.HEADER_LENGTH];
        ResponseSetupFlyweight setup = new ResponseSetupFlyweight(new UnsafeBuffer(bytes));
        setup.streamId(StreamIds.of(stream)).sessionId(session).responseSessionId(1);
        finish(setup, 0, HeaderFlyweight.HDR_TYPE_RSP_SETUP, ResponseSetupFlyweight.HEADER_LENGTH);
        return bytes;
    }

    private static void finish(HeaderFlyweight frame, int flags, int type, int length) {
        frame.version(HeaderFlyweight.CURRENT_VERSION)
                .flags((short) flags)
                .headerType(type)
                .frameLength(length);
    }

    /** @return the frame with one bit turned */
    static byte[] turned(byte[] frame, int bit) {
        byte[] turned = frame.clone();
        turned[bit / 8] ^= (byte) (1 << bit % 8);
        return turned;
    }

    static byte[] cut(byte[] frame, int length) {
        return Arrays.copyOf(frame, length);
    }

    /** @return two frames in one datagram */
    static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
