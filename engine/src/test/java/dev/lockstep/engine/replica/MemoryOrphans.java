package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.orphans.OrphanStore;
import java.util.ArrayList;
import java.util.List;

/** Keeps which frames were set aside. */
final class MemoryOrphans implements OrphanStore {
    final List<FrameRef> kept = new ArrayList<>();

    @Override
    public void keep(Frame frame) {
        kept.add(frame.ref());
    }

    @Override
    public String seal() {
        return "orphans";
    }

    @Override
    public void close() {}
}
