package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineOnDisk;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Role;
import dev.lockstep.storage.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Three engines of one cluster in this process, over loopback: a, b and c. */
final class EngineTrio implements AutoCloseable {
    static final List<String> NAMES = List.of("a", "b", "c");
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long STEP_MS = 5;
    private static final int PORTS_OF_A_NODE = 3;
    /** The last ports that were given, as many as nodes of a test. */
    private static final ArrayDeque<Integer> GIVEN = new ArrayDeque<>();

    private static final int MOST_GIVEN = 32;

    private final Path directory;
    private final List<String> names;
    private final Map<String, String> addresses = new TreeMap<>();
    private final Map<String, Engine> engines = new TreeMap<>();
    private final Map<String, Adder> states = new TreeMap<>();
    private Consumer<EngineBuilder> settings = builder -> {};

    EngineTrio(Path directory) {
        this(directory, NAMES);
    }

    /** With names of their own. */
    EngineTrio(Path directory, List<String> names) {
        this.directory = directory;
        this.names = names;
        names.forEach(name -> addresses.put(name, "127.0.0.1:" + freePort()));
    }

    /** @param more what is set besides, for those that are started from now on */
    EngineTrio with(Consumer<EngineBuilder> more) {
        settings = more;
        return this;
    }

    /** A port whose neighbours, which the node takes too, are most probably free as well, and were not given to another one. */
    static synchronized int freePort() {
        int port = anyPort();
        while (isNearOneThatWasGiven(port)) {
            port = anyPort();
        }
        GIVEN.addLast(port);
        if (GIVEN.size() > MOST_GIVEN) {
            GIVEN.removeFirst();
        }
        return port;
    }

    private static boolean isNearOneThatWasGiven(int port) {
        return GIVEN.stream().anyMatch(each -> Math.abs(each - port) < PORTS_OF_A_NODE);
    }

    private static int anyPort() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> names() {
        return names;
    }

    String members() {
        return names.stream().map(name -> name + "=" + addresses.get(name)).collect(Collectors.joining(","));
    }

    EngineTrio startAll() {
        names.forEach(name -> start(name, new Adder()));
        return this;
    }

    Engine start(String name, Adder state) {
        return start(name, members(), state);
    }

    Engine start(String name, String members, Adder state) {
        return start(name, members, state, Disk.system());
    }

    /** On a disk of the test's. */
    Engine start(String name, Adder state, Disk disk) {
        return start(name, members(), state, disk);
    }

    private Engine start(String name, String members, Adder state, Disk disk) {
        EngineBuilder builder = Engine.builder()
                .directory(directory.resolve(name))
                .node(name)
                .members(members)
                .submitTimeout(Duration.ofSeconds(30));
        settings.accept(builder);
        Engine engine = EngineOnDisk.start(builder, state, disk);
        engines.put(name, engine);
        states.put(name, state);
        return engine;
    }

    Engine startWitness(String name, String members) {
        EngineBuilder builder =
                Engine.builder().directory(directory.resolve(name)).node(name).members(members);
        settings.accept(builder);
        Engine engine = builder.start();
        engines.put(name, engine);
        return engine;
    }

    void close(String name) {
        engines.remove(name).close();
    }

    Engine engine(String name) {
        return engines.get(name);
    }

    Adder state(String name) {
        return states.get(name);
    }

    Collection<Engine> running() {
        return engines.values();
    }

    /** @return the primary, which is open */
    Engine primary() {
        await("somebody is the primary", () -> running().stream().anyMatch(EngineTrio::isOpen));
        return running().stream().filter(EngineTrio::isOpen).findFirst().orElseThrow();
    }

    private static boolean isOpen(Engine engine) {
        EngineStatus status = engine.status();
        return status.isOpen() && status.role() == Role.PRIMARY;
    }

    /** @return one that is not the primary */
    String standby() {
        String primary = primary().status().node();
        return engines.keySet().stream()
                .filter(name -> !name.equals(primary))
                .findFirst()
                .orElseThrow();
    }

    /** Adds up 1, 2, 3 and so on. */
    void submit(int commands) {
        Load.numbers(primary(), commands);
    }

    Reply add(long value) {
        return primary().submit(Adder.number(value)).join();
    }

    /** All have applied what the primary has, and have the same state. */
    void awaitAgreement() {
        await("all have come to the same state", () -> {
            long last = primary().status().appliedIndex();
            return running().stream().allMatch(each -> each.status().appliedIndex() >= last)
                    && engines.keySet().stream()
                                    .map(name -> states.get(name).describe())
                                    .distinct()
                                    .count()
                            == 1;
        });
    }

    /** Returns when that is so. */
    void await(String what, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new AssertionError("in vain: " + what + "; "
                        + running().stream().map(Engine::status).toList());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(STEP_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        List.copyOf(engines.keySet()).forEach(this::close);
    }
}
