package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Checksum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a scan has found in one segment's file. Belongs to the scanning thread.
 */
final class SegmentImage {
    final long number;
    Path path;
    final boolean named;
    final int sizeBytes;
    /** Null if Chronicle's own records cannot be walked. */
    final SegmentLayout layout;
    /** Null if there is no sound header. */
    final SegmentHeader header;

    final long flushMark;
    final SparseIndex index;
    FrameRef end;
    int endPosition;
    long frames;

    private SegmentImage(
            long number,
            Path path,
            boolean named,
            int sizeBytes,
            SegmentLayout layout,
            SegmentHeader header,
            long mark) {
        this.number = number;
        this.path = path;
        this.named = named;
        this.sizeBytes = sizeBytes;
        this.layout = layout;
        this.header = header;
        this.flushMark = mark;
        this.index = new SparseIndex(sizeBytes);
        if (header != null) {
            this.end = header.base();
            this.endPosition = layout.firstFramePosition();
        }
    }

    /** Reads a segment's header; its frames are not looked at yet. */
    static SegmentImage read(long number, Path path, boolean named) throws IOException {
        int size = (int) Math.min(Files.size(path), Integer.MAX_VALUE);
        if (size == 0) {
            return new SegmentImage(number, path, named, 0, null, null, 0);
        }
        SegmentMap map = SegmentMap.open(path, size);
        try {
            SegmentLayout layout = SegmentLayout.find(map.buffer(), size);
            if (layout == null) {
                return new SegmentImage(number, path, named, size, null, null, 0);
            }
            SegmentHeader header = SegmentHeader.decode(map.buffer(), layout.headerOffset(), new Checksum());
            long mark = FlushMark.decode(map.buffer(), FlushMark.position(layout.headerOffset()));
            return new SegmentImage(number, path, named, size, layout, header, mark);
        } finally {
            map.letGo();
        }
    }

    /** @return the segment as part of the log, up to its last sound frame */
    Segment toSegment() {
        return new Segment(path, header, layout, index, endPosition);
    }

    /** @return whether all its frames are known to be on the device */
    boolean isFlushed() {
        return flushMark >= end.index();
    }

    /** @return whether all bytes behind the last frame are untouched, so that Chronicle may go on there */
    boolean isPristineBehindEnd() throws IOException {
        if (sizeBytes < header.preallocatedBytes()) {
            return false;
        }
        SegmentMap map = SegmentMap.open(path, header.preallocatedBytes());
        try {
            int at = endPosition;
            int length = (int) header.preallocatedBytes();
            for (; at % Long.BYTES != 0; at += Documents.HEADER_LENGTH) {
                if (map.buffer().getInt(at) != 0) {
                    return false;
                }
            }
            for (; at + Long.BYTES <= length; at += Long.BYTES) {
                if (map.buffer().getLong(at) != 0) {
                    return false;
                }
            }
            return true;
        } finally {
            map.letGo();
        }
    }
}
