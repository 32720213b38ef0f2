package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.ballot.MarksContract;

final class SimulatedMarksTest extends MarksContract {
    private final SimulatedMarks.Memory memory = new SimulatedMarks.Memory();

    @Override
    protected Marks open() {
        return new SimulatedMarks(memory);
    }
}
