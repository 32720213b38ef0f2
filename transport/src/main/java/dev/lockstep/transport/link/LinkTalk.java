package dev.lockstep.transport.link;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.sbe.HelloDecoder;
import dev.lockstep.transport.sbe.MessageHeaderDecoder;
import dev.lockstep.transport.sbe.MessageHeaderEncoder;
import dev.lockstep.transport.sbe.PingDecoder;
import dev.lockstep.transport.sbe.PingEncoder;
import dev.lockstep.transport.sbe.PongDecoder;
import dev.lockstep.transport.sbe.PongEncoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Says and understands what links say about themselves. Owned by the transport's thread. */
final class LinkTalk {
    /** What was said. */
    enum Said {
        HELLO,
        PING,
        PONG,
        /** Nothing that a link says. */
        NONSENSE
    }

    private static final long HELLO_INTERVAL_NS = 50_000_000;
    private static final long PING_INTERVAL_NS = 200_000_000;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[HelloMessage.LENGTH]);
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final PingEncoder ping = new PingEncoder();
    private final PongEncoder pong = new PongEncoder();
    private final PingDecoder pingDecoder = new PingDecoder();
    private final PongDecoder pongDecoder = new PongDecoder();
    private HelloMessage hello;
    private long timeNs;

    /** Says hello on every stream; where it is not taken, it is said again later. */
    void hello(Link link, Hello self, long nowNs) {
        Handshake handshake = link.handshake;
        new HelloMessage(
                        self,
                        HelloMessage.PROTOCOL_VERSION,
                        handshake.attempt(),
                        handshake.nonce(),
                        handshake.peerNonce(),
                        handshake.heard(),
                        !link.up)
                .encode(buffer);
        long tag = Tag.of(0, Tag.LINK);
        // Last where it is answered: by then it has been said everywhere.
        for (int i = Stream.count() - 1; i >= 0; i--) {
            if (StreamSet.contains(link.streams, Stream.of(i))) {
                link.outbound.offer(Stream.of(i), buffer, 0, HelloMessage.LENGTH, tag);
            }
        }
        link.nextHelloNs = nowNs + (link.up ? PING_INTERVAL_NS : HELLO_INTERVAL_NS);
    }

    /** Asks for an echo; one that is not taken is not missed. */
    void ping(Link link, long nowNs) {
        link.nextHelloNs = nowNs + PING_INTERVAL_NS;
        ping.wrapAndApplyHeader(buffer, 0, headerEncoder).timeNs(nowNs);
        say(link, MessageHeaderEncoder.ENCODED_LENGTH + PingEncoder.BLOCK_LENGTH);
    }

    /** Echoes the ping just decoded. */
    void pong(Link link) {
        pong.wrapAndApplyHeader(buffer, 0, headerEncoder).timeNs(timeNs);
        say(link, MessageHeaderEncoder.ENCODED_LENGTH + PongEncoder.BLOCK_LENGTH);
    }

    private void say(Link link, int length) {
        long tag = Tag.of(link.lifeOut, Tag.LINK);
        link.outbound.offer(link.talkStream, buffer, 0, length, tag);
    }

    Said decode(DirectBuffer from, int offset, int length) {
        if (length < MessageHeaderDecoder.ENCODED_LENGTH) {
            return Said.NONSENSE;
        }
        header.wrap(from, offset);
        if (header.schemaId() != HelloDecoder.SCHEMA_ID) {
            return Said.NONSENSE;
        }
        int block = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        int blockLength = header.blockLength();
        boolean fits = blockLength <= length - MessageHeaderDecoder.ENCODED_LENGTH;
        switch (header.templateId()) {
            case HelloDecoder.TEMPLATE_ID -> {
                hello = fits ? HelloMessage.decode(from, offset, length, header) : null;
                return hello == null ? Said.NONSENSE : Said.HELLO;
            }
            case PingDecoder.TEMPLATE_ID -> {
                if (fits && blockLength >= PingDecoder.BLOCK_LENGTH) {
                    timeNs = pingDecoder
                            .wrap(from, block, blockLength, header.version())
                            .timeNs();
                    return Said.PING;
                }
            }
            case PongDecoder.TEMPLATE_ID -> {
                if (fits && blockLength >= PongDecoder.BLOCK_LENGTH) {
                    timeNs = pongDecoder
                            .wrap(from, block, blockLength, header.version())
                            .timeNs();
                    return Said.PONG;
                }
            }
            default -> {
                return Said.NONSENSE;
            }
        }
        return Said.NONSENSE;
    }

    /** @return the hello just decoded */
    HelloMessage hello() {
        return hello;
    }

    /** @return the time of the ping or pong just decoded */
    long timeNs() {
        return timeNs;
    }
}
