package dev.lockstep.storage.journal;

import dev.lockstep.storage.ballot.Marks;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The journal in segments keeps the contract. */
final class SegmentedJournalTest extends JournalContract {
    @TempDir
    private Path directory;

    private JournalFixture fixture;

    @BeforeEach
    void open() {
        fixture = new JournalFixture(directory).open();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Override
    protected Journal journal() {
        return fixture.journal();
    }

    @Override
    protected Marks marks() {
        return fixture.marks();
    }

    @Override
    protected void settle() {
        fixture.settle();
    }

    @Override
    protected void reopen() {
        fixture.close();
        fixture.open();
    }
}
