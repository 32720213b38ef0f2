package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalContract;
import org.junit.jupiter.api.Test;

final class SimulatedJournalTest extends JournalContract {
    private final SimulatedJournal.Files files = new SimulatedJournal.Files(new Identity(7));
    private final SimulatedMarks.Memory memory = new SimulatedMarks.Memory();
    private Marks marks = new SimulatedMarks(memory);
    private SimulatedJournal journal = new SimulatedJournal(files, marks);

    @Override
    protected Journal journal() {
        return journal;
    }

    @Override
    protected Marks marks() {
        return marks;
    }

    @Override
    protected void settle() {
        journal.prepare();
        journal.flush(journal.beginFlush());
    }

    @Override
    protected void reopen() {
        journal.close();
        marks.close();
        start();
    }

    private void start() {
        marks = new SimulatedMarks(memory);
        journal = new SimulatedJournal(files, marks);
    }

    @Test
    void aKilledProcessLeavesWhatItAppendedAndAPowerCutWhatWasFlushed() {
        appendMany(3, 100);
        settle();
        FrameRef flushed = journal.appended();
        appendMany(2, 100);
        FrameRef appended = journal.appended();
        start();
        assertThat(journal.appended()).isEqualTo(appended);
        appendMany(1, 100);
        files.onPowerCut();
        start();
        assertThat(journal.appended()).as("opening flushes what it found").isEqualTo(appended);
        assertThat(flushed.index()).isLessThan(appended.index());
    }

    @Test
    void aFlushThatWasOvertakenByACutProvesNothing() {
        appendMany(5, 100);
        SimulatedJournal.Flush flush = journal.beginFlush();
        cutFrom(3);
        maker.term(2);
        appendMany(3, 100);
        journal.flush(flush);
        assertThat(journal.flushedIndex()).isZero();
        files.onPowerCut();
        start();
        assertThat(journal.appendedIndex()).isZero();
    }
}
