package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.agrona.CloseHelper;

/** A client of Aeron with a driver of its own, which answers whatever drivers answer, and says what a test likes. */
final class RogueClient implements AutoCloseable {
    private final Peer node;
    private final MediaDriver driver;
    private final Aeron aeron;
    private final Subscription answers;
    private final Set<Integer> ended = new LinkedHashSet<>();

    /**
     * @param directory where its driver keeps its buffers
     * @param node whom it speaks to
     */
    RogueClient(Path directory, Peer node) {
        this.node = node;
        driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(directory.toString())
                .dirDeleteOnStart(true)
                .threadingMode(ThreadingMode.INVOKER)
                .termBufferSparseFile(true)
                .errorHandler(RogueClient::ignore));
        aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(directory.toString())
                .useConductorAgentInvoker(true)
                .driverAgentInvoker(driver.sharedAgentInvoker())
                .publicationErrorFrameHandler(each -> ended.add(each.sessionId()))
                .errorHandler(RogueClient::ignore));
        answers = aeron.addSubscription(
                "aeron:udp?control-mode=response|control=" + at(StreamIds.ANSWER_PORT_OFFSET),
                StreamIds.of(Stream.CLIENT));
    }

    private static void ignore(Throwable error) {}

    private String at(int portOffset) {
        return node.host() + ":" + (node.port() + portOffset);
    }

    private ExclusivePublication publication(Stream stream, String more) {
        return aeron.addExclusivePublication(
                "aeron:udp?mtu=1408|term-length=" + Frames.TERM_BYTES + "|endpoint=" + at(StreamIds.portOffset(stream))
                        + more,
                StreamIds.of(stream));
    }

    /** @return a new stream to the node, for which there is no way back */
    ExclusivePublication speak(Stream stream) {
        return publication(stream, "");
    }

    /** @return a new stream to the node, as clients have it; what the node answers on it is not read */
    ExclusivePublication speakAsClients() {
        return publication(Stream.CLIENT, "|response-correlation-id=" + answers.registrationId());
    }

    /** @return the sessions of its streams that the node has ended, in that order, as its driver was told */
    List<Integer> ended() {
        return List.copyOf(ended);
    }

    void turn() {
        driver.sharedAgentInvoker().invoke();
        aeron.conductorAgentInvoker().invoke();
    }

    @Override
    public void close() {
        CloseHelper.quietClose(aeron);
        CloseHelper.quietClose(driver);
    }
}
