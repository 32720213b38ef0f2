package dev.lockstep.transport.link;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.sbe.HelloDecoder;
import dev.lockstep.transport.sbe.HelloEncoder;
import dev.lockstep.transport.sbe.MessageHeaderDecoder;
import dev.lockstep.transport.sbe.MessageHeaderEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A hello as it travels.
 *
 * @param hello who speaks
 * @param protocolVersion the version that it speaks
 * @param attempt which of its nonces this is
 * @param nonce its nonce
 * @param echo the receiver's nonce, as far as it knows; or zero
 * @param heard the streams on which it has heard the receiver say that
 * @param asks whether it waits for the receiver's hello
 */
record HelloMessage(Hello hello, int protocolVersion, long attempt, long nonce, long echo, int heard, boolean asks) {
    static final int PROTOCOL_VERSION = 1;
    /** "LOCKSTEP". */
    static final long MAGIC = 0x5045_5453_4B43_4F4CL;

    static final int LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + HelloEncoder.BLOCK_LENGTH;

    void encode(MutableDirectBuffer buffer) {
        new HelloEncoder()
                .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .magic(MAGIC)
                .clusterId(hello.clusterId())
                .epoch(hello.epoch())
                .identity(hello.identity())
                .start(hello.incarnation().start())
                .attempt(attempt)
                .nonce(nonce)
                .echo(echo)
                .generation(hello.incarnation().generation())
                .node(hello.node())
                .group(hello.group())
                .protocolVersion(protocolVersion)
                .heard((short) heard)
                .asks((short) (asks ? 1 : 0));
    }

    /** @return null if it is none */
    static HelloMessage decode(DirectBuffer buffer, int offset, int length, MessageHeaderDecoder header) {
        int block = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        if (length < LENGTH || header.blockLength() < HelloDecoder.BLOCK_LENGTH) {
            return null;
        }
        HelloDecoder decoder = new HelloDecoder().wrap(buffer, block, header.blockLength(), header.version());
        boolean isNumber = decoder.node() >= Hello.CLIENT && decoder.node() <= Transport.MAX_NODE;
        if (decoder.magic() != MAGIC || decoder.nonce() == 0 || !isNumber) {
            return null; // whoever has no nonce yet says nothing
        }
        Hello hello = new Hello(
                decoder.clusterId(),
                decoder.group(),
                decoder.epoch(),
                decoder.node(),
                decoder.identity(),
                new Incarnation(decoder.start(), decoder.generation()));
        return new HelloMessage(
                hello,
                decoder.protocolVersion(),
                decoder.attempt(),
                decoder.nonce(),
                decoder.echo(),
                decoder.heard(),
                decoder.asks() != 0);
    }
}
