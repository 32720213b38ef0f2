package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TransportSettings;
import io.aeron.AeronCounters;
import io.aeron.ExclusivePublication;
import io.aeron.exceptions.AeronException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;

/**
 * Makes publications in the background, one at a time, for each zeroes memory on the thread that drives the driver.
 * Belongs to the transport's thread.
 */
final class PublicationMaker {
    private record Wanted(AeronOutbound outbound, Stream stream) {}

    /** After one could not be made. */
    private static final long AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final TransportSettings settings;
    private final SocketLimits limits;
    private final ErrorHandler errors;
    private final ArrayDeque<Wanted> wanted = new ArrayDeque<>();
    private Wanted pending;
    private long pendingId;
    private long nextNs;

    PublicationMaker(TransportSettings settings, SocketLimits limits, ErrorHandler errors, NanoClock clock) {
        this.settings = settings;
        this.limits = limits;
        this.errors = errors;
        this.nextNs = clock.nanoTime();
    }

    void want(AeronOutbound outbound, Stream stream) {
        Wanted next = new Wanted(outbound, stream);
        if (!wanted.contains(next)) {
            wanted.add(next);
        }
    }

    /** Nothing is wanted for it any more. */
    void forget(AeronOutbound outbound) {
        wanted.removeIf(each -> each.outbound().equals(outbound));
    }

    void clear() {
        wanted.clear();
        pending = null;
    }

    /** @return zero if there was nothing to do */
    int work(AeronHost host, long nowNs) {
        if (pending != null) {
            return take(host, nowNs);
        }
        if (wanted.isEmpty() || nowNs - nextNs < 0) {
            return 0;
        }
        Wanted next = wanted.remove();
        if (!next.outbound().isReady()) {
            return 1;
        }
        try {
            pendingId = host.aeron().asyncAddExclusivePublication(channelTo(next), StreamIds.of(next.stream()));
            pending = next;
        } catch (AeronException e) {
            tryAgain(next, e, nowNs);
        }
        return 1;
    }

    private String channelTo(Wanted next) {
        return next.outbound().channel(next.stream()) + "|term-length=" + settings.termBytes(next.stream()) + "|mtu="
                + settings.mtuBytes() + "|so-sndbuf=" + limits.sendBytes();
    }

    private int take(AeronHost host, long nowNs) {
        try {
            ExclusivePublication made = host.aeron().getExclusivePublication(pendingId);
            if (made == null) {
                return 0;
            }
            int repairs = host.counters()
                    .findByTypeIdAndRegistrationId(AeronCounters.DRIVER_SENDER_NAKS_RECEIVED_TYPE_ID, pendingId);
            pending.outbound().onPublication(pending.stream(), made, repairs);
        } catch (AeronException e) {
            tryAgain(pending, e, nowNs);
        }
        pending = null;
        return 1;
    }

    private void tryAgain(Wanted failed, AeronException why, long nowNs) {
        errors.onError(why);
        if (!failed.outbound().isClosed() && failed.outbound().isToBeTriedAgain()) {
            want(failed.outbound(), failed.stream());
        }
        nextNs = nowNs + AGAIN_NS;
    }
}
