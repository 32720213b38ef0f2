package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import dev.lockstep.transport.link.Channel;
import dev.lockstep.transport.link.Receiver;
import io.aeron.Image;
import io.aeron.ImageFragmentAssembler;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.aeron.protocol.DataHeaderFlyweight;
import org.agrona.DirectBuffer;

/**
 * One image: a stream as it comes from one sender. What it brings is looked at once more: a sender may claim a message
 * that never ends, and a datagram forged with its ids may have left anything in its terms. From then on nothing that
 * comes on it counts. Belongs to the transport's thread.
 */
final class ImageChannel implements FragmentHandler {
    private static final int EIGHTH = 8;

    final Image image;
    final Channel channel;
    private final int streamId;
    private final int longestBytes;
    private final ImageFragmentAssembler assembler = new ImageFragmentAssembler(this::onMessage);
    private Receiver receiver;
    private int messageBytes;
    private int looksInVain;
    private boolean broken;
    private boolean rejected;

    ImageChannel(Image image, Stream stream) {
        this.image = image;
        this.channel = new Channel(stream);
        this.streamId = StreamIds.of(stream);
        this.longestBytes = Math.min(image.termBufferLength() / EIGHTH, FrameDescriptor.MAX_MESSAGE_LENGTH);
    }

    int poll(Receiver to, int limit) {
        receiver = to;
        return image.poll(this, limit);
    }

    @Override
    public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        if (broken || rejected) {
            return; // read on, though: Aeron gives an image up when all of it was read
        }
        broken = !isSound(buffer, offset, length, header);
        if (!broken) {
            assembler.onFragment(buffer, offset, length, header);
        }
    }

    private boolean isSound(DirectBuffer buffer, int offset, int length, Header header) {
        if (length < 0
                || length > buffer.capacity() - offset
                || header.termOffset() != offset - DataHeaderFlyweight.HEADER_LENGTH
                || header.sessionId() != image.sessionId()
                || header.streamId() != streamId) {
            return false;
        }
        boolean begins = (header.flags() & FrameDescriptor.BEGIN_FRAG_FLAG) != 0;
        messageBytes = begins ? length : messageBytes + length;
        return messageBytes >= 0 && messageBytes <= longestBytes;
    }

    private void onMessage(DirectBuffer buffer, int offset, int length, Header header) {
        receiver.onMessage(channel, buffer, offset, length, header.reservedValue());
    }

    /** Called now and then. @return whether it is of no use: nobody has said hello for that many looks, or it is broken */
    boolean isUseless(int patience) {
        looksInVain = channel.isServing() ? 0 : looksInVain + 1;
        return !rejected && (broken || looksInVain > patience);
    }

    /** @return why it is of no use */
    String fault() {
        return broken ? "what came on this stream is no message" : "no peer has said hello on this stream";
    }

    void onRejected() {
        rejected = true;
    }
}
