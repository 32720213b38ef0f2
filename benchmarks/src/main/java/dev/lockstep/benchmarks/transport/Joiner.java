package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.ParentProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A node that links up when it is told to. In life it is on a machine of its own; so that it takes little from those
 * that are measured, it loads its classes beforehand and sleeps between duty cycles.
 */
final class Joiner {
    /** What it says when the link is up. */
    static final String UP = "up";

    private static final int REHEARSALS = 3;
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Line.Listener NOBODY = (buffer, offset, length) -> {};

    private Joiner() {}

    static void run(LineEnd end, long start, ParentProcess parent) {
        for (int i = 0; i < REHEARSALS; i++) {
            rehearse(end.directory());
        }
        parent.tell(TransportPartner.READY);
        parent.await();
        boolean told = false;
        try (Line line = LockstepLine.open(end, start, List.of())) {
            while (!parent.isGone()) {
                line.work(NOBODY);
                if (line.isUp() && !told) {
                    told = true;
                    parent.tell(UP);
                }
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    private static void rehearse(Path directory) {
        LineEnd one = LineEnd.measuring(LineEnd.DEFAULT_MTU_BYTES, directory);
        try (Line here = LockstepLine.open(one, 1, List.of());
                Line there = LockstepLine.open(one.partner(), 1, List.of())) {
            while (!here.isUp() || !there.isUp()) {
                here.work(NOBODY);
                there.work(NOBODY);
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }
}
