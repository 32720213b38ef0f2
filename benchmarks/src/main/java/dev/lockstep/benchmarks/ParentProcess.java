package dev.lockstep.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The process that started this one. It is heard on the standard input, which ends when it does, however it ends; this
 * process then ends too: by itself, or after a while by force.
 */
public final class ParentProcess {
    private static final int FORCED_STATUS = 70;

    private final BlockingQueue<String> words = new LinkedBlockingQueue<>();
    private final long graceMs;
    private volatile boolean gone;

    private ParentProcess(long graceMs) {
        this.graceMs = graceMs;
    }

    /**
     * @param graceMs how long this process may go on without its parent
     * @return the parent
     */
    public static ParentProcess watch(long graceMs) {
        ParentProcess parent = new ParentProcess(graceMs);
        Thread thread = new Thread(parent::listen, "parent");
        thread.setDaemon(true);
        thread.start();
        return parent;
    }

    private void listen() {
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                words.add(line);
            }
        } catch (IOException e) {
            // as good as its end
        }
        gone = true;
        try {
            TimeUnit.MILLISECONDS.sleep(graceMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(FORCED_STATUS);
    }

    /**
     * @return whether this process is to end
     */
    public boolean isGone() {
        return gone;
    }

    /** Waits for the parent to say something; without a parent, forever. */
    public void await() {
        awaitWord();
    }

    /** @return what the parent says next, once it does; without a parent, never */
    public String awaitWord() {
        try {
            return words.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the parent was listened to", e);
        }
    }

    /**
     * @param word a line for the parent
     */
    public void tell(String word) {
        System.out.println(word);
    }
}
