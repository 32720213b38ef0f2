package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Driver;
import dev.lockstep.transport.TransportException;
import dev.lockstep.transport.TransportSettings;
import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.RethrowingErrorHandler;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.TimeoutException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.BitUtil;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.agrona.concurrent.status.CountersReader;

/** One life of the driver, if it is ours, and of the client. Belongs to the transport's thread. */
final class AeronHost {
    private static final long LIVENESS_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long LINGER_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int COUNTERS_BYTES = 1 << 20;
    /** A client has ten counters; as many again may rest a while before they are used again. */
    private static final int COUNTERS_BYTES_OF_CLIENT = 20 * CountersReader.COUNTER_LENGTH;

    /**
     * What a driver comes to touch besides the terms: its command buffers, a megabyte each way, as they are written
     * round, and the first pages of its counters and logs. The rest of its files stays a hole.
     */
    private static final long DRIVER_BYTES = 4 << 20;

    /** The client's conductor tells of images that come and go, which nobody is in a hurry to hear. */
    private static final long CLIENT_TURN_NS = TimeUnit.MICROSECONDS.toNanos(20);

    private static final long TERMS_THERE_AND_BACK = 6;
    /** When a peer is started anew, what was received of the one before stays for some seconds. */
    private static final long TERMS_OF_PEER = TERMS_THERE_AND_BACK + 3;

    private static final long DRIVER_SILENT_MS = TimeUnit.SECONDS.toMillis(2);

    private final DriverDirectory directory;
    private final MediaDriver driver;
    private final Aeron aeron;
    private final AgentInvoker driverInvoker;
    private final AgentInvoker clientInvoker;
    private final ErrorHandler errors;
    private final TurnClock clock;
    private boolean hasTimedOut;
    private long nextClientTurnNs;

    private AeronHost(DriverDirectory directory, MediaDriver driver, ErrorHandler errors, TurnClock clock) {
        this(directory, driver, directory.path(), errors, clock);
    }

    private AeronHost(
            DriverDirectory directory, MediaDriver driver, Path connectTo, ErrorHandler errors, TurnClock clock) {
        this.directory = directory;
        this.driver = driver;
        this.errors = errors;
        this.clock = clock;
        this.nextClientTurnNs = clock.nanoTime();
        this.driverInvoker = driver == null ? null : driver.sharedAgentInvoker();
        this.aeron = connect(connectTo);
        this.clientInvoker = aeron.conductorAgentInvoker();
    }

    /**
     * Starts what is ours.
     *
     * @param peers how many peers there will be room for
     */
    static AeronHost launch(GuardRules rules, ErrorHandler errors, NanoClock system, int peers) {
        TransportSettings settings = rules.settings();
        if (settings.driver() == Driver.EXTERNAL) {
            return withDriverOf(settings.directory(), errors, system);
        }
        DriverDirectory directory =
                DriverDirectory.take(settings.sharedMemory(), settings.directory(), bytesNeeded(settings, peers));
        MediaDriver driver = null;
        AeronHost launched = null;
        try {
            TurnClock clock = new TurnClock(system);
            driver = MediaDriver.launch(driverContext(rules, errors, directory, clock));
            launched = new AeronHost(directory, driver, errors, clock);
            return launched;
        } catch (AeronException e) {
            throw new TransportException("the media driver does not start: " + e.getMessage(), e);
        } finally {
            if (launched == null) { // whatever was thrown: Aeron throws checked exceptions that it does not declare
                CloseHelper.quietClose(driver);
                directory.release();
            }
        }
    }

    /** A driver that has died must be found at once: Aeron would wait for it to come back. */
    private static AeronHost withDriverOf(Path external, ErrorHandler errors, NanoClock system) {
        if (!CommonContext.isDriverActive(external.toFile(), DRIVER_SILENT_MS, line -> {})) {
            throw new TransportException(
                    "there is no media driver at work in " + external
                            + "; start it first, or let the transport have its own",
                    null);
        }
        return new AeronHost(null, null, external, errors, new TurnClock(system));
    }

    /** All that links and clients may come to touch: what is found missing later is a crash. */
    private static long bytesNeeded(TransportSettings settings, int peers) {
        long ofClient = TERMS_THERE_AND_BACK * settings.term().clientBytes();
        if (settings.self() == null) {
            return DRIVER_BYTES + peers * ofClient;
        }
        long ofPeer = TERMS_OF_PEER
                * (settings.term().controlBytes()
                        + settings.term().logBytes()
                        + settings.term().bulkBytes());
        return DRIVER_BYTES + peers * ofPeer + settings.maxClients() * ofClient;
    }

    private static MediaDriver.Context driverContext(
            GuardRules rules, ErrorHandler errors, DriverDirectory directory, TurnClock clock) {
        TransportSettings settings = rules.settings();
        SocketLimits limits = rules.limits();
        return new MediaDriver.Context()
                .aeronDirectoryName(directory.path().toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(settings.driver() == Driver.INVOKED ? ThreadingMode.INVOKER : ThreadingMode.SHARED)
                .nanoClock(settings.driver() == Driver.INVOKED ? clock : SystemNanoClock.INSTANCE)
                .sharedThreadFactory(AeronHost::driverThread)
                .asyncExecutorEnabled(false) // it resolves names, and is given none: its thread would only wake up
                .termBufferSparseFile(true)
                .counterValuesBufferLength(BitUtil.findNextPositivePowerOfTwo(
                        COUNTERS_BYTES + settings.maxClients() * COUNTERS_BYTES_OF_CLIENT))
                .socketRcvbufLength(limits.receiveBytes())
                .socketSndbufLength(limits.sendBytes())
                .initialWindowLength(limits.windowBytes(settings.longestTermBytes()))
                .mtuLength(settings.mtuBytes())
                .imageLivenessTimeoutNs(LIVENESS_NS)
                .publicationConnectionTimeoutNs(LIVENESS_NS)
                .publicationLingerTimeoutNs(LINGER_NS)
                .receiveChannelEndpointSupplier((channel, dispatcher, status, context) ->
                        new GuardedReceiveEndpoint(channel, dispatcher, status, context, rules))
                .sendChannelEndpointSupplier(
                        (channel, status, context) -> new GuardedSendEndpoint(channel, status, context, rules))
                .errorHandler(errors);
    }

    private static Thread driverThread(Runnable task) {
        Thread thread = new Thread(task, "lockstep-driver");
        thread.setDaemon(true);
        return thread;
    }

    private Aeron connect(Path to) {
        return Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(to.toString())
                .nanoClock(clock)
                .useConductorAgentInvoker(true)
                .driverAgentInvoker(driverInvoker)
                .awaitingIdleStrategy(YieldingIdleStrategy.INSTANCE)
                .subscriberErrorHandler(RethrowingErrorHandler.INSTANCE)
                .errorHandler(this::onClientError));
    }

    /** When it has timed out the client closes in its next turn; until then it cannot be used. */
    private void onClientError(Throwable error) {
        hasTimedOut |= error instanceof TimeoutException;
        errors.onError(error);
    }

    Aeron aeron() {
        return aeron;
    }

    CountersReader counters() {
        return aeron.countersReader();
    }

    /** @return zero if there was nothing to do */
    int work(long nowNs) {
        clock.begin(nowNs);
        try {
            int work = driverInvoker == null ? 0 : driverInvoker.invoke();
            if (nowNs - nextClientTurnNs >= 0) {
                nextClientTurnNs = nowNs + CLIENT_TURN_NS;
                work += clientInvoker.invoke();
            }
            return work;
        } finally {
            clock.end();
        }
    }

    /**
     * @return whether Aeron has given up on this process, as it does when it was not heard for long; or was stopped by an
     *     interrupt of this thread, after which it does nothing any more, and does not say so
     */
    boolean isDead() {
        return hasTimedOut
                || aeron.isClosed()
                || !clientInvoker.isRunning()
                || (driverInvoker != null && !driverInvoker.isRunning());
    }

    void close() {
        CloseHelper.quietClose(aeron);
        CloseHelper.quietClose(driver);
        if (directory != null) {
            directory.release();
        }
    }
}
