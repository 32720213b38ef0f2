package dev.lockstep.storage.journal;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * The segments that a journal's directory holds, read while a node may be at work in it: one that is deleted between
 * the look at the directory and the look at the file is not there.
 */
final class SegmentListing {
    private final JournalDirectory directory;
    private final List<SegmentHead> used = new ArrayList<>();
    private final List<SegmentHead> aside = new ArrayList<>();

    private SegmentListing(JournalDirectory directory) {
        this.directory = directory;
    }

    static SegmentListing of(JournalDirectory directory) throws IOException {
        SegmentListing listing = new SegmentListing(directory);
        // In this order: a segment that is given its name and put out of use meanwhile is then seen at least once.
        NavigableMap<Long, Path> working = directory.working();
        NavigableMap<Long, Path> named = directory.segments();
        for (Map.Entry<Long, Path> entry : named.entrySet()) {
            boolean inUse = working.containsKey(entry.getKey());
            add(listing.used, entry.getKey(), entry.getValue(), SegmentState.NAMED, inUse);
        }
        long lastNamed = named.isEmpty() ? 0 : named.lastKey();
        for (Map.Entry<Long, Path> entry : working.tailMap(lastNamed, false).entrySet()) {
            listing.addWorking(entry.getKey(), entry.getValue());
        }
        for (Map.Entry<Long, Path> entry : directory.asides().entrySet()) {
            add(listing.aside, entry.getKey(), entry.getValue(), SegmentState.ASIDE, false);
        }
        return listing;
    }

    private void addWorking(long number, Path file) throws IOException {
        int before = used.size();
        if (!add(used, number, file, SegmentState.UNNAMED, true)) {
            add(
                    used,
                    number,
                    directory.segment(number),
                    SegmentState.NAMED,
                    false); // named and put out of use meanwhile
        } else if (isUnused(used.get(before))) {
            used.remove(before);
        }
    }

    /** @return whether the file was there */
    private static boolean add(List<SegmentHead> heads, long number, Path file, SegmentState state, boolean inUse)
            throws IOException {
        try {
            heads.add(SegmentHead.read(number, file, state, inUse));
            return true;
        } catch (NoSuchFileException e) {
            return false; // deleted meanwhile
        }
    }

    /** Prepared, or half prepared: no header, and no frames that would miss one. */
    private static boolean isUnused(SegmentHead head) throws IOException {
        if (head.header() != null) {
            return false;
        }
        try {
            SegmentCopy copy = SegmentCopy.of(head.file());
            FrameSearch search = new FrameSearch(copy.buffer(), copy.length());
            return search.from(0, new FrameSearch.Wanted(0, Long.MAX_VALUE, 0)) == FrameSearch.NOWHERE;
        } catch (NoSuchFileException e) {
            return true; // deleted meanwhile
        }
    }

    /** @return those that are part of the log, or were before something took their place, by number */
    List<SegmentHead> used() {
        return used;
    }

    /** @return those that were set aside, by number */
    List<SegmentHead> aside() {
        return aside;
    }
}
