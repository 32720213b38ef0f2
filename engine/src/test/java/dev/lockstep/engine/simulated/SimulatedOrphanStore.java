package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.orphans.OrphanStore;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The orphans of a node that is simulated: what was kept is in the {@link Files}. */
final class SimulatedOrphanStore implements OrphanStore {
    private static final class Batch {
        final String name;
        final List<LogEntry> frames = new ArrayList<>();
        boolean isSealed;

        Batch(String name) {
            this.name = name;
        }
    }

    /** What survives the process; the machine, of a batch that was not sealed, only in part. */
    static final class Files {
        private final List<Batch> batches = new ArrayList<>();

        /** @return all frames kept, in the order in which they were */
        List<FrameRef> kept() {
            return batches.stream()
                    .flatMap(batch -> batch.frames.stream())
                    .map(LogEntry::ref)
                    .toList();
        }

        /** @return the frames of a batch, each as its bytes */
        List<byte[]> framesOf(String name) {
            Batch named = batches.stream()
                    .filter(batch -> batch.name.equals(name))
                    .findFirst()
                    .orElseThrow();
            return named.frames.stream().map(Files::bytes).toList();
        }

        private static byte[] bytes(LogEntry entry) {
            byte[] bytes = new byte[entry.length()];
            entry.bytes().getBytes(0, bytes);
            return bytes;
        }

        void onPowerCut(SplittableRandom random) {
            for (Batch batch : batches) {
                if (!batch.isSealed) {
                    int left = random.nextInt(batch.frames.size() + 1);
                    batch.frames.subList(left, batch.frames.size()).clear();
                }
            }
        }

        Files copy() {
            Files copy = new Files();
            for (Batch batch : batches) {
                Batch another = new Batch(batch.name);
                another.frames.addAll(batch.frames);
                another.isSealed = batch.isSealed;
                copy.batches.add(another);
            }
            return copy;
        }
    }

    private final Files files;
    private final SimulatedDevice device;
    private final Life life;
    private Batch open;
    private boolean closed;

    SimulatedOrphanStore(Files files, SimulatedDevice device, Life life) {
        this.files = files;
        this.device = device;
        this.life = life;
    }

    @Override
    public void keep(Frame frame) {
        checkUsable();
        device.checkRoom(SmallFile.ORPHANS);
        LogEntry entry = LogEntry.of(frame);
        if (open == null) {
            open = new Batch("orphans-" + entry.firstIndex() + "-" + files.batches.size());
            files.batches.add(open);
        } else {
            long last = open.frames.get(open.frames.size() - 1).lastIndex();
            Invariant.check(entry.firstIndex() > last, "an orphan before the last one", last, entry.firstIndex());
        }
        open.frames.add(entry);
    }

    @Override
    public String seal() {
        checkUsable();
        if (open == null) {
            return null;
        }
        Batch ended = open;
        device.force(SmallFile.ORPHANS, () -> ended.isSealed = true);
        open = null;
        return ended.name;
    }

    private void checkUsable() {
        life.check();
        Invariant.check(!closed, "orphans are kept in a store that is closed");
    }

    @Override
    public void close() {
        closed = true;
    }
}
