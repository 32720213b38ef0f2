package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.testing.Directories;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A journal that a test leaves behind, and where its frames stand, so that damage can be planted in it. */
public final class PlantedJournal {
    public static final int FRAMES = 100;
    /** A frame in the middle of the second of four segments. */
    public static final int OLDER = 40;
    /** A frame in the newest segment, some before the end. */
    public static final int NEWER = 95;

    private static final int COMMAND_LENGTH = 16 * 1024;

    private final Path directory;
    private final FrameMaker maker = new FrameMaker();
    private final NavigableMap<Long, Place> places = new TreeMap<>();

    private PlantedJournal(Path directory) {
        this.directory = directory;
    }

    /** Where a frame's record stands. */
    public record Place(Path file, long segment, int record, int length) {
        int behind() {
            return record + Documents.space(length);
        }
    }

    /** Leaves a hundred frames in four segments, as a killed process does; all of them are flushed. */
    public static PlantedJournal killed(Path temporary) throws IOException {
        PlantedJournal planted = new PlantedJournal(temporary.resolve("node"));
        planted.make(temporary.resolve("living"), fixture -> {
            planted.append(fixture, FRAMES);
            fixture.agents().flush();
        });
        planted.findPlaces();
        return planted;
    }

    /** Leaves what a test does, as a killed process would. */
    public static PlantedJournal killedAfter(Path temporary, Consumer<PlantedLife> life) throws IOException {
        PlantedJournal planted = new PlantedJournal(temporary.resolve("node"));
        planted.make(temporary.resolve("living"), fixture -> life.accept(new PlantedLife(planted, fixture)));
        planted.findPlaces();
        return planted;
    }

    /** Leaves 44 frames, a cut and five more, all of them flushed. */
    static PlantedJournal killedAfterACut(Path temporary) throws IOException {
        return killedAfter(temporary, life -> {
            life.append(60);
            life.fixture().settle();
            life.cutFrom(45);
            life.append(5);
            life.fixture().settle();
        });
    }

    private void make(Path living, Consumer<JournalFixture> life) {
        try (JournalFixture fixture = new JournalFixture(living).open()) {
            life.accept(fixture);
            Directories.copy(living, directory);
        }
    }

    /** What a test may do with a journal before it is killed. */
    public record PlantedLife(PlantedJournal planted, JournalFixture fixture) {
        public void append(int frames) {
            planted.append(fixture, frames);
        }

        public void cutFrom(long index) {
            FrameRef last;
            try (JournalReader reader = fixture.journal().newReader()) {
                assertThat(reader.seek(index - 1)).isEqualTo(ReadResult.FRAME);
                last = reader.frame().ref();
            }
            while (!fixture.journal().truncateFrom(index)) {
                planted.prepare(fixture);
            }
            planted.maker.after(last).term(last.term() + 1);
        }

        public void startAfter(FrameRef snapshot) {
            while (!fixture.journal().startAfter(snapshot)) {
                planted.prepare(fixture);
            }
            planted.maker.after(snapshot);
        }
    }

    private void append(JournalFixture fixture, int frames) {
        for (int i = 0; i < frames; i++) {
            maker.next(1, COMMAND_LENGTH);
            while (!fixture.journal().reserve(maker.length())) {
                prepare(fixture);
            }
            fixture.journal().append(maker.buffer(), 0, maker.length());
        }
    }

    private void prepare(JournalFixture fixture) {
        try {
            fixture.agents().preparer().doWork();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void findPlaces() throws IOException {
        for (SegmentImage image : scan().live()) {
            SegmentMap map = SegmentMap.open(image.path, image.sizeBytes);
            SegmentCursor cursor = new SegmentCursor();
            cursor.at(map.buffer(), image.layout.firstFramePosition());
            FrameRef base = image.header().base();
            cursor.follow(base.index(), base.term(), base.crc());
            while (cursor.position() < image.endPosition
                    && cursor.next(image.endPosition) == SegmentCursor.Step.FRAME) {
                long index = cursor.frame().lastIndex();
                int length = cursor.frame().length();
                places.put(index, new Place(image.path, image.number(), cursor.recordPosition(), length));
            }
            map.letGo();
        }
    }

    /** @return what a start would see now */
    JournalImage scan() throws IOException {
        return JournalScan.of(journalDirectory(), JournalFixture.IDENTITY, ref -> true);
    }

    JournalDirectory journalDirectory() {
        return new JournalDirectory(directory.resolve("journal"), Disk.system());
    }

    public Path directory() {
        return directory;
    }

    /** @return the frame last appended */
    public FrameRef tip() {
        return maker.ref();
    }

    /** @return where the frame with an index stood when the journal was left */
    public Place place(long index) {
        return places.get(index);
    }

    /** @return the first index of the segment that holds an index */
    public long firstIndexOfSegmentOf(long index) {
        long segment = place(index).segment();
        return places.entrySet().stream()
                .filter(each -> each.getValue().segment() == segment)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** @return how many frames the segment that holds an index has */
    public long framesOfSegmentOf(long index) {
        long segment = place(index).segment();
        return places.values().stream()
                .filter(each -> each.segment() == segment)
                .count();
    }
}
