package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.frame.FrameDefect;

/** What is wrong with bytes that should be a chunk, or with a chunk that should follow another. */
enum SnapshotDefect {
    NONE("sound", ChunkVerdict.ACCEPTED),
    TRUNCATED("fewer bytes than it needs", ChunkVerdict.DAMAGED),
    BAD_LENGTH("a length that it cannot have", ChunkVerdict.DAMAGED),
    BAD_CHECKSUM("bytes that do not match their checksum", ChunkVerdict.DAMAGED),
    NOT_A_CHUNK("a sealed record that is not the chunk that belongs there", ChunkVerdict.DAMAGED),
    UNKNOWN_VERSION("a version of the snapshot format that is not known here", ChunkVerdict.DAMAGED),
    BAD_MANIFEST("a manifest that no snapshot can have", ChunkVerdict.DAMAGED),
    BAD_SECTION("a section that cannot stand there", ChunkVerdict.DAMAGED),
    WRONG_TOTALS("totals that do not match the chunks", ChunkVerdict.DAMAGED),
    WRONG_NUMBER("the number of another chunk", ChunkVerdict.UNWANTED),
    OTHER_SNAPSHOT("a chunk of another snapshot", ChunkVerdict.FOREIGN),
    BROKEN_CHAIN("a chunk made to follow another one", ChunkVerdict.FOREIGN);

    private final String description;
    private final ChunkVerdict verdict;

    SnapshotDefect(String description, ChunkVerdict verdict) {
        this.description = description;
        this.verdict = verdict;
    }

    /** @return what the envelope found, in the words of snapshots */
    static SnapshotDefect of(FrameDefect defect) {
        return switch (defect) {
            case NONE -> NONE;
            case TRUNCATED -> TRUNCATED;
            case BAD_LENGTH -> BAD_LENGTH;
            default -> BAD_CHECKSUM;
        };
    }

    /** @return what was found, as a phrase to put into a sentence */
    String description() {
        return description;
    }

    /** @return what a receiver tells of it */
    ChunkVerdict verdict() {
        return verdict;
    }
}
