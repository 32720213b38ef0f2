package dev.lockstep.storage.journal;

import dev.lockstep.storage.frame.Checksum;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What stands before a segment's frames, as the inspector found it.
 *
 * @param number the number that its file's name gives it
 * @param file its file
 * @param state whether the file has its final name
 * @param inUse whether Chronicle has, or had, it open
 * @param sizeBytes the file's length
 * @param layout where things stand in it; null if Chronicle's own records cannot be walked
 * @param header its header; null if there is no sound one
 * @param flushMark the mark of what was forced; means nothing without a header
 * @param cutNote where the segment itself says that its part of the log was cut
 * @param defect what is wrong with all this; null if nothing is
 */
record SegmentHead(
        long number,
        Path file,
        SegmentState state,
        boolean inUse,
        long sizeBytes,
        SegmentLayout layout,
        SegmentHeader header,
        long flushMark,
        long cutNote,
        Defect defect)
        implements SegmentClaims {

    /** What is wrong, and the byte where it is. */
    record Defect(int offset, String what) {}

    static SegmentHead read(long number, Path file, SegmentState state, boolean inUse) throws IOException {
        SegmentCopy head = SegmentCopy.ofHead(file);
        UnsafeBuffer bytes = head.buffer();
        SegmentLayout layout = SegmentLayout.find(bytes, head.length());
        if (layout == null) {
            Defect defect = defectOfLayout(bytes, head.length());
            return new SegmentHead(number, file, state, inUse, head.fileBytes(), null, null, 0, CutNote.NONE, defect);
        }
        SegmentHeader header = SegmentHeader.decode(bytes, layout.headerOffset(), new Checksum());
        long mark = FlushMark.read(bytes, layout.headerOffset());
        long cutNote = CutNote.read(bytes, layout.headerOffset());
        Defect defect = header == null ? new Defect(layout.headerOffset(), "no sound segment header") : null;
        if (header != null && header.number() != number) {
            defect = new Defect(layout.headerOffset(), "the header of segment " + header.number());
        } else if (header != null) {
            defect = defectOfMark(bytes, FlushMark.position(layout.headerOffset()));
        }
        return new SegmentHead(number, file, state, inUse, head.fileBytes(), layout, header, mark, cutNote, defect);
    }

    private static Defect defectOfLayout(UnsafeBuffer bytes, int length) {
        if (length == 0) {
            return new Defect(0, "an empty file");
        }
        int position = 0;
        while (position + Documents.HEADER_LENGTH <= length) {
            int header = Documents.header(bytes, position);
            int next = Documents.next(position, header);
            if (!Documents.isReady(header) || next > length) {
                return new Defect(
                        position,
                        "a record header " + Integer.toHexString(header)
                                + ", where Chronicle's own records, and then the segment's header, should be");
            }
            if (!Documents.isMeta(header)) {
                return new Defect(
                        position,
                        "a record of " + Documents.length(header) + " bytes, where the segment's header has "
                                + SegmentHeader.ROOM);
            }
            position = next;
        }
        return new Defect(position, "the end of the file, before the segment's header");
    }

    private static Defect defectOfMark(UnsafeBuffer bytes, int position) {
        TwinIndex mark = TwinIndex.decode(bytes, position);
        return mark.agrees()
                ? null
                : new Defect(
                        position, "a flush mark whose two copies disagree: " + mark.first() + " and " + mark.second());
    }

    @Override
    public boolean isNamed() {
        return state == SegmentState.NAMED;
    }

    int headerOffset() {
        return layout == null ? 0 : layout.headerOffset();
    }

    int firstFramePosition() {
        return layout == null ? 0 : layout.firstFramePosition();
    }
}
