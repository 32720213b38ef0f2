package dev.lockstep.samples.quickstart;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Reply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** One durable node: it is started twice, and the second one goes on where the first one ended. */
public final class Quickstart {
    private static final int COMMANDS = 5;

    private Quickstart() {}

    /**
     * Runs it.
     *
     * @param directory where the node keeps everything; it may be one of an earlier run
     * @return the total when it ends
     */
    public static long run(Path directory) {
        System.out.println("The node keeps everything in " + directory);
        submit(directory, "A first engine");
        long total = submit(directory, "A second one, on the same directory,");
        System.out.println("The state was still there. Run it again with --directory " + directory + " to go on.");
        return total;
    }

    private static long submit(Path directory, String who) {
        long total = 0;
        try (Engine engine = Engine.builder()
                .directory(directory)
                .stateMachine(new Counter())
                .start()) {
            System.out.println(who + " adds:");
            for (int i = 1; i <= COMMANDS; i++) {
                Reply reply = engine.submit(number(i)).join();
                total = reply.payload().getLong(0, ByteOrder.LITTLE_ENDIAN);
                System.out.println("  + " + i + " = " + total + "   (index " + reply.index() + " of the log)");
            }
        }
        return total;
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }
}
