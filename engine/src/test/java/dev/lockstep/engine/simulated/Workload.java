package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Submits commands to whoever takes them, and reads from anybody. */
final class Workload implements Load {
    private record Read(int node, long floor, long epoch) {}

    private static final int MAX_COMMAND_BYTES = 64;
    private static final Ack[] LEVELS = Ack.values();

    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final FrameEncoder encoder = new FrameEncoder(512, MAX_COMMAND_BYTES);
    private final UnsafeBuffer command = new UnsafeBuffer(new byte[MAX_COMMAND_BYTES]);
    private final Map<Long, Read> reads = new HashMap<>();
    private long nextId = 1;
    private long submitted;
    private long readsConfirmed;
    private boolean isOver;

    Workload(SimulatedCluster cluster, SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
    }

    @Override
    public long submitted() {
        return submitted;
    }

    @Override
    public long readsConfirmed() {
        return readsConfirmed;
    }

    @Override
    public EngineProcess newEngine(SimulatedNode node) {
        return null;
    }

    @Override
    public void begin() {
        cluster.time.in(1_000_000 + random.nextLong(20_000_000), () -> {
            if (!isOver) {
                step();
                begin();
            }
        });
    }

    @Override
    public void end() {
        isOver = true;
    }

    @Override
    public void finish() {
        // whoever submits here hears of nothing but acknowledgements
    }

    @Override
    public void onCommitted(SimulatedNode node) {
        // that is the oracle's
    }

    @Override
    public void onSetUpAnew() {
        reads.clear();
    }

    private void step() {
        SimulatedNode node = cluster.nodes.get(random.nextInt(cluster.nodes.size()));
        if (random.nextInt(4) == 0) {
            read(node);
        }
        submitToAll(cluster.nodes);
        submitToAll(cluster.older);
        cluster.older.forEach(this::read);
    }

    private void submitToAll(List<SimulatedNode> nodes) {
        for (SimulatedNode each : nodes) {
            if (each.isRunning() && !each.isPaused() && each.replica().isOpen()) {
                submit(each);
            }
        }
    }

    /** Submits a frame of some commands. */
    void submit(SimulatedNode node) {
        node.guarded(() -> {
            Replica replica = node.replica();
            if (!replica.isOpen()) {
                return;
            }
            encoder.start(FrameType.COMMANDS);
            int commands = 1 + random.nextInt(3);
            for (int i = 0; i < commands; i++) {
                command.putLong(0, nextId++);
                int length = 8 + random.nextInt(MAX_COMMAND_BYTES - 8);
                if (encoder.fits(length)) {
                    encoder.add(command, 0, length);
                }
            }
            long index = replica.propose(encoder);
            cluster.trace(node.number, "propose", index);
            if (index > 0) {
                submitted++;
                Ack level = LEVELS[1 + random.nextInt(LEVELS.length - 1)];
                replica.await(index, level, cluster.time.nowNs() + 50_000_000 + random.nextLong(200_000_000));
                cluster.oracle.onTurn(node);
            }
        });
    }

    private void read(SimulatedNode node) {
        if (!node.isRunning() || node.isPaused()) {
            return;
        }
        long id = nextId++;
        long epoch = node.replica().term().epoch();
        reads.put(id, new Read(node.number, cluster.oracle.readFloor(node), epoch));
        node.guarded(() -> node.replica().read(id));
    }

    @Override
    public void onReadable(SimulatedNode node, long id, long index) {
        Read read = reads.remove(id);
        if (read == null || index < 0) {
            return;
        }
        readsConfirmed++;
        boolean isSameEpoch = node.replica().term().epoch() == read.epoch();
        Violation.check(
                !isSameEpoch || index >= read.floor(),
                Check.FRESH_READS,
                () -> "a read at node " + node.number + " may be answered at index " + index + ", though "
                        + read.floor() + " was committed before it was asked");
    }

    @Override
    public void onDeath(SimulatedNode node) {
        reads.values().removeIf(each -> each.node() == node.number);
    }
}
