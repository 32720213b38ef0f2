package dev.lockstep.storage.frame;

/** What is wrong with bytes that should be a frame, or with a frame that should follow another. */
public enum FrameDefect {
    /** Nothing. */
    NONE("sound"),
    /** Fewer bytes than the smallest frame, or than the frame says it has. */
    TRUNCATED("fewer bytes than the frame needs"),
    /** The length is not one that a frame can have. */
    BAD_LENGTH("a length that no frame can have"),
    /** The bytes do not match their checksum. */
    BAD_CHECKSUM("bytes that do not match their checksum"),
    /** Sealed correctly, but not as a frame. */
    NOT_A_FRAME("a sealed record that is not a frame"),
    /** Made by a newer version that cannot be read here. */
    UNKNOWN_VERSION("a version of the frame format that is not known here"),
    /** A type that this version does not know. */
    UNKNOWN_TYPE("a frame type that is not known here"),
    /** The commands do not add up to the frame. */
    BAD_COMMANDS("commands that do not add up to the frame"),
    /** An index or a term that no frame can have. */
    BAD_POSITION("an index or a term that no frame can have"),
    /** Its first index is not the one after the previous frame. */
    WRONG_INDEX("an index that does not follow the previous frame"),
    /** Its term is older than the previous frame's. */
    WRONG_TERM("a term older than the previous frame's"),
    /** It was made to follow another frame than the one before it. */
    BROKEN_CHAIN("a frame made to follow another one");

    private final String description;

    FrameDefect(String description) {
        this.description = description;
    }

    /** @return what was found, as a phrase to put into a sentence */
    public String description() {
        return description;
    }
}
