package dev.lockstep.benchmarks.transport;

import dev.lockstep.transport.TransportSettings;
import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentInvoker;

/**
 * Aeron by itself: an embedded driver and client that are invoked by the thread that offers and polls, with a stream
 * each way, of the same terms and datagrams as the log's.
 */
final class AeronLine implements Line, FragmentHandler {
    private static final int STREAM = 1;
    private static final int TERM_BYTES = TransportSettings.Terms.DEFAULT.logBytes();
    private static final int SOCKET_BUFFER_BYTES = 2 << 20;
    private static final int LIMIT = 256;

    private final MediaDriver driver;
    private final Aeron aeron;
    private final AgentInvoker driverInvoker;
    private final AgentInvoker clientInvoker;
    private final Subscription subscription;
    private final ExclusivePublication publication;
    private Listener listener;

    private AeronLine(MediaDriver driver, Aeron aeron, LineEnd end) {
        this.driver = driver;
        this.aeron = aeron;
        this.driverInvoker = driver.sharedAgentInvoker();
        this.clientInvoker = aeron.conductorAgentInvoker();
        this.subscription = aeron.addSubscription(channel(end.port()) + "|rcv-wnd=" + TERM_BYTES / 2, STREAM);
        this.publication =
                aeron.addExclusivePublication(channel(end.peerPort()) + "|term-length=" + TERM_BYTES, STREAM);
    }

    private static String channel(int port) {
        return "aeron:udp?endpoint=" + LineEnd.HOST + ":" + port;
    }

    static AeronLine open(LineEnd end) {
        MediaDriver driver = null;
        Aeron aeron = null;
        try {
            driver = MediaDriver.launch(new MediaDriver.Context()
                    .aeronDirectoryName(AeronDirectories.take().toString())
                    .dirDeleteOnStart(true)
                    .dirDeleteOnShutdown(true)
                    .threadingMode(ThreadingMode.INVOKER)
                    .termBufferSparseFile(true)
                    .socketRcvbufLength(SOCKET_BUFFER_BYTES)
                    .socketSndbufLength(SOCKET_BUFFER_BYTES)
                    .mtuLength(end.mtuBytes()));
            aeron = Aeron.connect(new Aeron.Context()
                    .aeronDirectoryName(driver.aeronDirectoryName())
                    .useConductorAgentInvoker(true)
                    .driverAgentInvoker(driver.sharedAgentInvoker()));
            return new AeronLine(driver, aeron, end);
        } catch (RuntimeException | Error e) {
            CloseHelper.quietCloseAll(aeron, driver);
            throw e;
        }
    }

    @Override
    public boolean isUp() {
        return publication.isConnected() && subscription.isConnected();
    }

    @Override
    public boolean send(DirectBuffer buffer, int offset, int length) {
        long result = publication.offer(buffer, offset, length);
        if (result == Publication.ADMIN_ACTION) {
            result = publication.offer(buffer, offset, length); // the term was full; the next one takes it
        }
        return result >= 0;
    }

    @Override
    public void work(Listener to) {
        driverInvoker.invoke();
        clientInvoker.invoke();
        listener = to;
        subscription.poll(this, LIMIT);
    }

    @Override
    public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        listener.onMessage(buffer, offset, length);
    }

    @Override
    public void close() {
        CloseHelper.closeAll(aeron, driver);
    }
}
