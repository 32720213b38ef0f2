package dev.lockstep.engine.simulated;

import dev.lockstep.engine.pipeline.WrittenEntry;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A client from afar that does not hear well: what it has sent it sends again, to whoever is the primary by then, and
 * sometimes it leaves one out. Nobody here is told of its replies; what becomes of its commands shows in the state.
 */
final class RepeatingClient {
    private static final int MOST_AGAIN = 6;

    private final EngineLoad load;
    private final SplittableRandom random;
    private final FrameEncoder encoder = new FrameEncoder(512, 2 * EngineLoad.MAX_COMMAND_BYTES);
    private final UnsafeBuffer command = new UnsafeBuffer(new byte[EngineLoad.MAX_COMMAND_BYTES]);
    private long session;
    private long next;
    private long firstNumber;

    RepeatingClient(EngineLoad load, SplittableRandom random) {
        this.load = load;
        this.random = random;
    }

    void step(SimulatedNode node) {
        node.guarded(() -> {
            Replica replica = node.replica();
            if (replica.isOpen()) {
                if (session == 0 || random.nextInt(60) == 0) {
                    open(replica);
                } else {
                    send(replica);
                }
            }
        });
    }

    private void open(Replica replica) {
        session = WrittenEntry.nobodysSession(random.nextLong());
        next = 1;
        firstNumber = load.reserveNumbers(1_000);
        encoder.start(FrameType.SESSION);
        WrittenEntry.putAct(encoder, session, WrittenEntry.OPEN);
        replica.propose(encoder);
    }

    private void send(Replica replica) {
        encoder.start(FrameType.COMMANDS);
        int commands = 1 + random.nextInt(4);
        for (int i = 0; i < commands; i++) {
            put(sequence());
        }
        replica.propose(encoder);
    }

    private long sequence() {
        return switch (random.nextInt(6)) {
            case 0 -> Math.max(1, next - 1 - random.nextInt(MOST_AGAIN));
            case 1 -> next + 1 + random.nextInt(2);
            default -> next++;
        };
    }

    /** The same sequence is always the same command. */
    private void put(long sequence) {
        long number = firstNumber + sequence;
        ModelState.write(command, number, number);
        int length = ModelState.LEAST_BYTES + (int) (number % 40);
        if (encoder.commandCount() == 0 || encoder.fits(length + Long.BYTES * 3)) {
            WrittenEntry.putCommand(encoder, session, sequence, command, length);
        }
    }
}
