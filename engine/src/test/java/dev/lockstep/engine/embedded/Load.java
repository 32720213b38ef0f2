package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Reply;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/** Many commands for one engine, some of them under way at a time. All are answered in the end. */
final class Load {
    private static final int WINDOW = 512;

    private Load() {}

    /** Adds up 1, 2, 3 and so on. */
    static void numbers(Engine engine, int commands) {
        submit(engine, commands, i -> Adder.number(i + 1));
    }

    /** Fills the log: each is only counted. */
    static void blocks(Engine engine, int commands, int bytes) {
        submit(engine, commands, i -> new byte[bytes]);
    }

    static void submit(Engine engine, int commands, IntFunction<byte[]> command) {
        ArrayDeque<CompletableFuture<Reply>> underWay = new ArrayDeque<>();
        for (int i = 0; i < commands; i++) {
            underWay.add(engine.submit(command.apply(i)));
            if (underWay.size() == WINDOW) {
                underWay.remove().join();
            }
        }
        underWay.forEach(CompletableFuture::join);
    }
}
