package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.Role;
import dev.lockstep.storage.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** The primary of a trio in a process of its own: when it is killed, the others hear nothing more of it. */
final class MemberProcess implements AutoCloseable {
    /** Room for a large state, and for a snapshot that is served. */
    private static final int HEAP_MIB = 160;

    private static final String SLOW = "slow";

    private final String name;
    private final Process process;

    private MemberProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /** Those who are not in a process of their own leave it the office, also when it stands still, as it does in the beginning. */
    static void set(EngineBuilder builder) {
        OutrunMember.set(builder);
        builder.priority(3);
    }

    /**
     * A member goes on in another process, and becomes the primary there; for that it is ended here.
     *
     * @param directory the member's
     * @param state of the same kind as the others have
     */
    static MemberProcess takeOver(EngineTrio trio, String name, Path directory, Adder state) {
        trio.close(name);
        String kind = state instanceof SlowSaver ? SLOW : Integer.toString(((LargeAdder) state).padding());
        MemberProcess member;
        try {
            member = new MemberProcess(
                    name,
                    ChildJvm.startWithHeap(
                            HEAP_MIB, MemberProcess.class, name, directory.toString(), trio.members(), kind));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            trio.await("all know that it is the primary", member.new Succession(trio)::isOver);
            return member;
        } catch (RuntimeException | Error e) {
            member.kill();
            throw e;
        }
    }

    boolean isPrimary(EngineTrio trio) {
        return trio.running().stream()
                .allMatch(each -> name.equals(each.status().primary()));
    }

    /** Where one of the others is the primary, it is asked to leave it to this one, until it does. */
    private final class Succession {
        private final EngineTrio trio;
        private CompletableFuture<Void> asked = CompletableFuture.completedFuture(null);

        Succession(EngineTrio trio) {
            this.trio = trio;
        }

        boolean isOver() {
            if (isPrimary(trio)) {
                return true;
            }
            if (asked.isDone()) {
                trio.running().stream()
                        .filter(each -> isLiveFor(each.status()))
                        .findFirst()
                        .ifPresent(each -> asked = each.transfer(name));
            }
            return false;
        }

        private boolean isLiveFor(EngineStatus status) {
            return status.isOpen()
                    && status.standbys().stream().anyMatch(each -> each.node().equals(name) && each.isLive());
        }
    }

    /** Returns when it is no more. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    /**
     * @param args the node's name, its directory, all members, and what state it has: {@link #SLOW}, or the length of a
     *     large one
     */
    public static void main(String[] args) throws IOException {
        Adder state = args[3].equals(SLOW) ? new SlowSaver() : new LargeAdder(Integer.parseInt(args[3]));
        EngineBuilder builder = Engine.builder()
                .node(args[0])
                .directory(Path.of(args[1]))
                .members(args[2])
                .stateMachine(state);
        OutrunMember.set(builder);
        Engine engine = builder.start();
        engine.onRole((role, term) -> {
            if (role == Role.CLOSED) {
                System.err.println("node " + args[0] + " has ended: " + engine.status());
            }
        });
        while (System.in.read() >= 0) {
            // until the test has ended, if it does not kill it
        }
        Runtime.getRuntime().halt(0);
    }
}
