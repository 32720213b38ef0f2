package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TransportCounters;
import dev.lockstep.transport.link.Channel;
import dev.lockstep.transport.link.Receiver;
import io.aeron.Image;
import io.aeron.exceptions.AeronException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.collections.ArrayUtil;
import org.agrona.concurrent.NanoClock;

/** The streams that come here, by image, from their beginning to their end. Belongs to the transport's thread. */
final class Images {
    /** For two seconds an image may be of no use; our own pauses count as one look, however long they are. */
    private static final int LOOKS_IN_VAIN = 4;

    private static final long REJECT_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final ImageChannel[] NONE = {};

    private final TransportCounters counters;
    private final ErrorHandler errors;
    private final ImageChannel[][] byStream = new ImageChannel[Stream.count()][];
    private final ArrayDeque<ImageChannel> lost = new ArrayDeque<>();
    private final ArrayDeque<ImageChannel> useless = new ArrayDeque<>();
    private long nextRejectNs;
    private int turn;

    Images(TransportCounters counters, ErrorHandler errors, NanoClock clock) {
        this.counters = counters;
        this.errors = errors;
        this.nextRejectNs = clock.nanoTime();
        clear();
    }

    void clear() {
        Arrays.fill(byStream, NONE);
        lost.clear();
        useless.clear();
    }

    void onImage(Stream stream, Image image) {
        byStream[stream.number()] = ArrayUtil.add(byStream[stream.number()], new ImageChannel(image, stream));
    }

    @SuppressWarnings("ReferenceEquality") // an image is one object
    void onImageGone(Image image) {
        for (int i = 0; i < byStream.length; i++) {
            for (ImageChannel each : byStream[i]) {
                if (each.image == image) {
                    byStream[i] = ArrayUtil.remove(byStream[i], each);
                    lost.add(each);
                    return;
                }
            }
        }
    }

    int poll(Receiver receiver, int limit) {
        int polled = 0;
        turn++;
        for (ImageChannel[] ofStream : byStream) {
            polled += poll(ofStream, receiver, limit);
        }
        return polled;
    }

    /** Each time another one is the first, so that none can take the room of the others. */
    private int poll(ImageChannel[] ofStream, Receiver receiver, int limit) {
        int count = ofStream.length;
        int at = count > 1 ? Integer.remainderUnsigned(turn, count) : 0;
        int polled = 0;
        for (int i = 0; i < count && polled < limit; i++) {
            polled += ofStream[at].poll(receiver, limit - polled);
            at = at + 1 == count ? 0 : at + 1;
        }
        return polled;
    }

    /** @return how many were lost since the last time */
    int tellLost(Receiver receiver) {
        int told = 0;
        while (!lost.isEmpty()) {
            receiver.onLost(lost.poll().channel);
            told++;
        }
        return told;
    }

    /** @return the image that brings what comes on a channel; null if it is gone */
    Image find(Channel channel) {
        for (ImageChannel[] ofStream : byStream) {
            for (ImageChannel each : ofStream) {
                if (each.channel.equals(channel)) {
                    return each.image;
                }
            }
        }
        return null;
    }

    /** Called now and then: finds what nobody uses, to be ended. */
    void findUseless() {
        for (ImageChannel[] ofStream : byStream) {
            for (ImageChannel each : ofStream) {
                if (each.isUseless(LOOKS_IN_VAIN)) {
                    each.onRejected();
                    useless.add(each);
                }
            }
        }
    }

    /** One at a time, for Aeron waits for its driver then: that could be long, were there many. */
    void rejectNext(Receiver receiver, long nowNs) {
        if (!useless.isEmpty() && nowNs - nextRejectNs >= 0) {
            nextRejectNs = nowNs + REJECT_INTERVAL_NS;
            reject(useless.remove(), receiver);
        }
    }

    /** Aeron tells its sender, hears it no longer, and lets go of it two seconds later. */
    private void reject(ImageChannel channel, Receiver receiver) {
        counters.onRejected();
        receiver.onLost(channel.channel);
        try {
            channel.image.reject(channel.fault());
        } catch (AeronException e) {
            errors.onError(e); // it has ended by itself
        }
    }

    int count() {
        int count = 0;
        for (ImageChannel[] ofStream : byStream) {
            count += ofStream.length;
        }
        return count;
    }
}
