package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import io.aeron.driver.Configuration;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.LogBufferDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.SetupFlyweight;
import java.net.InetSocketAddress;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Decides which datagrams Aeron gets to see at a port where we receive. Aeron believes what a datagram says of itself:
 * how long its frames are, and that a new stream is to have memory here. So what is not sound is dropped; and a stream
 * has a place only after its source has sent back a number (see {@link Challenge}), as every driver does, for it takes
 * the question for a measurement of the round trip. Belongs to the driver's thread.
 */
final class ReceiveGuard {
    /** What a guard says to a source. */
    interface Voice {
        /** Asks it to send a number back. */
        void ask(InetSocketAddress source, int streamId, int sessionId, long number);

        /** Lets it set its stream up. */
        void invite(InetSocketAddress source, int streamId, int sessionId);
    }

    private static final int UNALIGNED = FrameDescriptor.FRAME_ALIGNMENT - 1;

    private final GuardRules rules;
    private final Voice voice;
    private final NanoClock clock;
    private final Challenge challenge = new Challenge();
    private final Sessions sessions;
    private final SetupFlyweight setup = new SetupFlyweight();
    private final RttMeasurementFlyweight answer = new RttMeasurementFlyweight();

    ReceiveGuard(GuardRules rules, Voice voice, NanoClock clock) {
        this.rules = rules;
        this.voice = voice;
        this.clock = clock;
        this.sessions = new Sessions(rules.peers(), rules.settings().maxClients());
    }

    /** @return whether Aeron may act on it */
    boolean admits(UnsafeBuffer datagram, int length, InetSocketAddress source) {
        if (length < HeaderFlyweight.MIN_HEADER_LENGTH
                || datagram.getByte(HeaderFlyweight.VERSION_FIELD_OFFSET) != HeaderFlyweight.CURRENT_VERSION) {
            return malformed();
        }
        return switch (FrameDescriptor.frameType(datagram, 0)) {
            case HeaderFlyweight.HDR_TYPE_DATA, HeaderFlyweight.HDR_TYPE_PAD -> admitsData(datagram, length, source);
            case HeaderFlyweight.HDR_TYPE_SETUP -> admitsSetup(datagram, length, source);
            case HeaderFlyweight.HDR_TYPE_RTTM -> onAnswer(datagram, length, source);
            default -> malformed();
        };
    }

    private boolean malformed() {
        rules.counters().onMalformed();
        return false;
    }

    private boolean strange() {
        rules.counters().onStrange();
        return false;
    }

    private boolean admitsData(UnsafeBuffer datagram, int length, InetSocketAddress source) {
        Stream stream =
                length < DataHeaderFlyweight.HEADER_LENGTH ? null : StreamIds.streamOf(DataFrames.streamId(datagram));
        if (stream == null
                || !DataFrames.areSound(datagram, length, rules.settings().termBytes(stream))) {
            return malformed();
        }
        int sessionId = DataFrames.sessionId(datagram);
        if (!rules.filter().accepts(sessionId, false)) {
            return false;
        }
        Sessions.Session session = sessions.find(DataFrames.streamId(datagram), sessionId, clock.nanoTime());
        if (session == null) {
            return DataHeaderFlyweight.isEndOfStream(datagram)
                    ? strange() // it is ending, and nothing is to be begun for it
                    : ask(source, DataFrames.streamId(datagram), sessionId);
        }
        return session.isHeard(source, clock.nanoTime()) || strange();
    }

    private boolean ask(InetSocketAddress source, int streamId, int sessionId) {
        if (challenge.mayAsk(rules.peers().at(source.getAddress()) > 0, clock.nanoTime())) {
            voice.ask(source, streamId, sessionId, challenge.number(source, streamId, sessionId));
        }
        return strange();
    }

    private boolean admitsSetup(UnsafeBuffer datagram, int length, InetSocketAddress source) {
        setup.wrap(datagram);
        Stream stream = length < SetupFlyweight.HEADER_LENGTH ? null : StreamIds.streamOf(setup.streamId());
        if (stream == null || !isSetupSound()) {
            return malformed();
        }
        if (!rules.filter().accepts(setup.sessionId(), false)) {
            return false;
        }
        Sessions.Session session = sessions.find(setup.streamId(), setup.sessionId(), clock.nanoTime());
        if (session == null) {
            return ask(source, setup.streamId(), setup.sessionId());
        }
        if (!session.isHeard(source, clock.nanoTime())) {
            return strange();
        }
        String difference = differenceFromOurs(stream);
        if (difference != null) {
            rules.misfits().note(source.getAddress(), stream, difference);
            return strange();
        }
        return true;
    }

    private boolean isSetupSound() {
        int termLength = setup.termLength();
        return termLength >= LogBufferDescriptor.TERM_MIN_LENGTH
                && termLength <= LogBufferDescriptor.TERM_MAX_LENGTH
                && Integer.bitCount(termLength) == 1
                && setup.mtuLength() > DataHeaderFlyweight.HEADER_LENGTH
                && setup.mtuLength() <= Configuration.MAX_UDP_PAYLOAD_LENGTH
                && (setup.mtuLength() & UNALIGNED) == 0
                && setup.termOffset() >= 0
                && setup.termOffset() < termLength
                && (setup.termOffset() & UNALIGNED) == 0
                && setup.activeTermId() - setup.initialTermId() >= 0;
    }

    /** What Aeron would fail on, with the stream left half made, must not come to it. */
    private String differenceFromOurs(Stream stream) {
        int termBytes = rules.settings().termBytes(stream);
        if (setup.termLength() != termBytes) {
            return "its terms have " + setup.termLength() + " bytes, and this node's " + termBytes
                    + "; give both the same";
        }
        int windowBytes = rules.limits().windowBytes(termBytes);
        if (setup.mtuLength() > windowBytes) {
            return "its datagrams have up to " + setup.mtuLength() + " bytes, and this node has room for " + windowBytes
                    + " under way; give it shorter ones, or this node larger terms";
        }
        return null;
    }

    /** It is about our question, whatever it is, and never for Aeron: nothing here measures round trips that way. */
    private boolean onAnswer(UnsafeBuffer datagram, int length, InetSocketAddress source) {
        answer.wrap(datagram);
        if (length < RttMeasurementFlyweight.HEADER_LENGTH || StreamIds.streamOf(answer.streamId()) == null) {
            return malformed();
        }
        int streamId = answer.streamId();
        int sessionId = answer.sessionId();
        if (!rules.filter().accepts(sessionId, false)) {
            return false;
        }
        if ((answer.flags() & RttMeasurementFlyweight.REPLY_FLAG) != 0
                || answer.echoTimestampNs() != challenge.number(source, streamId, sessionId)) {
            return strange();
        }
        if (sessions.admit(streamId, sessionId, source, clock.nanoTime())) {
            voice.invite(source, streamId, sessionId);
        } else {
            rules.counters().onCrowdedOut();
        }
        return false;
    }

    /** The source of a stream is told that it was rejected; that may be several times. */
    void onRejected(int streamId, int sessionId) {
        sessions.reject(streamId, sessionId, clock.nanoTime());
    }

    /** @return how many streams have a place */
    int sessionCount() {
        return sessions.count();
    }
}
