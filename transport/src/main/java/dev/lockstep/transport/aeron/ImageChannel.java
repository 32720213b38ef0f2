package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import dev.lockstep.transport.link.Channel;
import dev.lockstep.transport.link.Receiver;
import io.aeron.Image;
import io.aeron.ImageFragmentAssembler;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;

/** One image: a stream as it comes from one sender. Belongs to the transport's thread. */
final class ImageChannel implements FragmentHandler {
    final Image image;
    final Channel channel;
    private final ImageFragmentAssembler assembler;
    private Receiver receiver;

    ImageChannel(Image image, Stream stream) {
        this.image = image;
        this.channel = new Channel(stream);
        this.assembler = new ImageFragmentAssembler(this);
    }

    int poll(Receiver to, int limit) {
        receiver = to;
        return image.poll(assembler, limit);
    }

    @Override
    public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        receiver.onMessage(channel, buffer, offset, length, header.reservedValue());
    }
}
