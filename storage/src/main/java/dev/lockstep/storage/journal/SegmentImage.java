package dev.lockstep.storage.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Checksum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a scan has found in one segment's file. Belongs to the scanning thread.
 */
final class SegmentImage implements SegmentClaims {
    private final long number;
    Path path;
    private final boolean named;
    final int sizeBytes;
    /** Null if Chronicle's own records cannot be walked. */
    final SegmentLayout layout;

    private final SegmentHeader header;
    private final long cutNote;
    /** Moves when the start makes durable what is not. */
    private long flushMark;

    final SparseIndex index;
    FrameRef end;
    int endPosition;
    /** The last sound record: a frame's, or the header's. */
    int lastRecordPosition;

    private SegmentImage(
            long number,
            Path path,
            boolean named,
            int sizeBytes,
            SegmentLayout layout,
            SegmentHeader header,
            long mark,
            long cutNote) {
        this.number = number;
        this.path = path;
        this.named = named;
        this.sizeBytes = sizeBytes;
        this.layout = layout;
        this.header = header;
        this.flushMark = mark;
        this.cutNote = cutNote;
        this.index = new SparseIndex(sizeBytes);
        if (header != null) {
            this.end = header.base();
            this.endPosition = layout.firstFramePosition();
            this.lastRecordPosition = layout.headerOffset() - Documents.HEADER_LENGTH;
        }
    }

    /** Reads a segment's header; its frames are not looked at yet. */
    static SegmentImage read(long number, Path path, boolean named) throws IOException {
        int size = (int) Math.min(Files.size(path), Integer.MAX_VALUE);
        if (size == 0) {
            return new SegmentImage(number, path, named, 0, null, null, 0, CutNote.NONE);
        }
        SegmentMap map = SegmentMap.open(path, size);
        try {
            SegmentLayout layout = SegmentLayout.find(map.buffer(), size);
            if (layout == null) {
                return new SegmentImage(number, path, named, size, null, null, 0, CutNote.NONE);
            }
            SegmentHeader header = SegmentHeader.decode(map.buffer(), layout.headerOffset(), new Checksum());
            long mark = FlushMark.read(map.buffer(), layout.headerOffset());
            long cutNote = CutNote.read(map.buffer(), layout.headerOffset());
            return new SegmentImage(number, path, named, size, layout, header, mark, cutNote);
        } finally {
            map.letGo();
        }
    }

    /** @return the segment as part of the log, up to its last sound frame */
    Segment toSegment() {
        return new Segment(path, header, layout, index, endPosition);
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public SegmentHeader header() {
        return header;
    }

    @Override
    public boolean isNamed() {
        return named;
    }

    @Override
    public long flushMark() {
        return flushMark;
    }

    @Override
    public long cutNote() {
        return cutNote;
    }

    /** @return whether all its frames are known to be on the device */
    boolean isFlushed() {
        return flushMark >= end.index();
    }

    /** The start has forced all its frames, and noted so in its file. */
    void onFlushed() {
        flushMark = end.index();
    }

    /**
     * @return whether Chronicle may go on here: its own note of where it was agrees with the scan, and all bytes behind
     *     are untouched. Its note carries no checksum, and it would believe it
     */
    boolean isResumable(int segmentBytes) throws IOException {
        if (header.preallocatedBytes() != segmentBytes || sizeBytes < segmentBytes || cutNote != CutNote.NONE) {
            return false;
        }
        SegmentMap map = SegmentMap.open(path, segmentBytes);
        try {
            long chroniclesPosition = map.buffer().getLong(SegmentAppender.WRITE_POSITION_OFFSET, LITTLE_ENDIAN);
            return chroniclesPosition == lastRecordPosition && isZero(map.buffer(), endPosition, segmentBytes);
        } finally {
            map.letGo();
        }
    }

    private static boolean isZero(UnsafeBuffer buffer, int from, int to) {
        int at = from;
        for (; at % Long.BYTES != 0; at += Integer.BYTES) {
            if (buffer.getInt(at) != 0) {
                return false;
            }
        }
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            if (buffer.getLong(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
