package dev.lockstep.storage.journal;

import java.io.IOException;

/**
 * A segment with what is open for it while it is appended to or not yet durable. The writer appends; from the roll on
 * it is the flusher's, who closes it.
 */
final class OpenSegment {
    final Segment segment;
    final SegmentFile file;
    final SegmentAppender appender;

    private final SegmentMap map;
    private final HeaderRoom room;
    /** The segment that this one cuts; null if it cuts none. */
    private Segment cutSegment;

    /** Writer's, until the flusher gets the sealed segment. */
    private int usedBytes;
    /** Flusher: whether the file has its final name. */
    private boolean named;

    private OpenSegment(
            Segment segment,
            SegmentFile file,
            SegmentAppender appender,
            SegmentMap map,
            HeaderRoom room,
            boolean named) {
        this.segment = segment;
        this.file = file;
        this.appender = appender;
        this.map = map;
        this.room = room;
        this.named = named;
        this.usedBytes = segment.endPosition();
    }

    /** A segment just taken into use: its file has no name yet. */
    static OpenSegment activated(
            Segment segment, SegmentFile file, SegmentAppender appender, SegmentMap map, HeaderRoom room) {
        return new OpenSegment(segment, file, appender, map, room, false);
    }

    /** A segment from before the start that frames go on in. */
    static OpenSegment resumed(Segment segment, SegmentFile file, SegmentAppender appender, SegmentMap map) {
        return new OpenSegment(segment, file, appender, map, null, true);
    }

    SegmentMap map() {
        return map;
    }

    /**
     * Flusher, when nothing more comes: gives back what was never used. What a reader may ever have been shown stays,
     * which is more than the log's end in this segment if the log was cut in it.
     */
    void trim() throws IOException {
        file.trim(usedBytes);
    }

    /** Writer: bytes up to here have been used. */
    void onUsed(int position) {
        usedBytes = position;
    }

    /** Writer, before the flusher gets it: with this segment's name, another one's end must be durable. */
    void cuts(Segment kept) {
        cutSegment = kept;
    }

    Segment cutSegment() {
        return cutSegment;
    }

    boolean isNamed() {
        return named;
    }

    void onNamed() {
        named = true;
    }

    /** Closes everything; the segment's own hold on its view goes with it. */
    void close() throws IOException {
        appender.close();
        file.close();
        if (room != null) {
            room.close();
        }
        map.letGo();
    }
}
