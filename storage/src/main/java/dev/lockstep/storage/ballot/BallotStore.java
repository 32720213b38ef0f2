package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;

/** Keeps one ballot, so that it survives the process and the machine. Used by one thread at a time. */
public interface BallotStore {
    /**
     * Says what the last start left behind. Blocks on the device; changes nothing. What it finds sound is durable: a
     * later power cut does not bring an older ballot back.
     *
     * @return the ballot, or why there is none
     * @throws StorageException.ForceFailed if a write failed before: what the device holds is then unknown until a
     *     restart
     * @throws StorageException if the device refuses to say, or a newer version wrote the ballot: neither makes the
     *     node a new one
     */
    Reading read();

    /**
     * Replaces the ballot. Blocks until the device has it: once this returns, the ballot survives a power cut; if it
     * does not return, the old or the new one does.
     *
     * @param ballot the ballot from now on
     * @throws StorageException.DiskFull if there is no room for it: the old ballot stands, and writing may be tried
     *     again when there is room
     * @throws StorageException.ForceFailed if the device refuses, or refused before: which ballot it holds is unknown,
     *     and no further one is taken until a restart has read it
     */
    void write(Ballot ballot);

    /** What a start can find. */
    enum State {
        /** No ballot was ever written here. */
        ABSENT,
        /** The ballot that was last written. */
        SOUND,
        /** Something that is no ballot any more: the node needs a new identity. */
        DAMAGED
    }

    /**
     * What a start found.
     *
     * @param state which of the three
     * @param ballot the ballot; only when it is sound
     * @param what what is damaged where, for the reader; empty when nothing is
     */
    record Reading(State state, Ballot ballot, String what) {
        /** @return no ballot was ever written */
        public static Reading absent() {
            return new Reading(State.ABSENT, null, "");
        }

        /**
         * @param ballot what was found
         * @return a sound ballot
         */
        public static Reading sound(Ballot ballot) {
            return new Reading(State.SOUND, ballot, "");
        }

        /**
         * @param what what is damaged where
         * @return a ballot that can no longer be read
         */
        public static Reading damaged(String what) {
            return new Reading(State.DAMAGED, null, what);
        }

        /**
         * @return the ballot
         * @throws Invariant.Violation if there is none that is sound
         */
        @Override
        public Ballot ballot() {
            Invariant.check(state == State.SOUND, "asked for a ballot that is absent or damaged");
            return ballot;
        }
    }
}
