package dev.lockstep.benchmarks.engine;

import dev.lockstep.engine.pipeline.EngineSettings;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.JournalInspection;
import java.nio.file.Path;

/** Sees that the journal of a closed engine is sound, and holds every command that was answered, once and in order. */
public final class JournalCheck {
    private final NumberCheck numbers;

    private JournalCheck(Path directory) {
        numbers = new NumberCheck("the journal in " + directory.getFileName() + " has a command out of its turn");
    }

    /**
     * Reads the whole journal.
     *
     * @param directory the node's
     * @param commands how many numbered commands were submitted
     * @throws Invariant.Violation if not just these are there
     */
    public static void check(Path directory, long commands) {
        JournalInspection inspection = JournalInspection.of(directory);
        Invariant.check(
                inspection.damage().isEmpty(),
                "the journal in " + directory.getFileName() + " is damaged: " + inspection.damage());
        JournalCheck check = new JournalCheck(directory);
        inspection.frames(1, inspection.log().tip().index(), (segment, offset, frame) -> check.take(frame));
        Invariant.check(
                check.numbers.last() == commands,
                "the journal in " + directory.getFileName() + " has not every command",
                commands,
                check.numbers.last());
    }

    private void take(Frame frame) {
        if (frame.type() != FrameType.COMMANDS) {
            return;
        }
        while (frame.nextCommand()) {
            numbers.take(NumberedCommand.numberAt(
                    frame.buffer(), frame.commandOffset() + EngineSettings.COMMAND_HEAD_BYTES));
        }
    }
}
