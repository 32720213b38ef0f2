package dev.lockstep.storage.journal;

/**
 * Damage, and how far it reaches.
 *
 * @param damage what is damaged where
 * @param resumesAtOffset the byte where sound frames go on in the same segment; -1 if they do not
 * @param resumesAtIndex the first index of those frames; 0 if there are none
 */
public record DamagedStretch(Damage damage, long resumesAtOffset, long resumesAtIndex) {
    /** @return whether sound frames go on behind it, in the same segment */
    public boolean resumes() {
        return resumesAtIndex > 0;
    }

    boolean isSamePlaceAs(DamagedStretch other) {
        return damage.segment() == other.damage.segment()
                && damage.offset() == other.damage.offset()
                && damage.index() == other.damage.index();
    }

    @Override
    public String toString() {
        return damage
                + (resumes()
                        ? "; sound frames go on at byte " + resumesAtOffset + " with index " + resumesAtIndex
                        : "; no sound frame follows in this segment");
    }
}
