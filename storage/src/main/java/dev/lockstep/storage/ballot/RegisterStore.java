package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;

/**
 * Keeps a witness's register, so that it survives the process and the machine. It stays empty on every other node. Used
 * by one thread at a time.
 */
public interface RegisterStore {
    /**
     * Says what the last start left behind. Blocks on the device; changes nothing. What it finds sound is durable: a
     * later power cut does not bring an older register back.
     *
     * @return the register, or why there is none
     * @throws StorageException.ForceFailed if a write failed before: what the device holds is then unknown until a
     *     restart
     * @throws StorageException if the device refuses to say, or a newer version wrote the register: neither makes the
     *     node a new one
     */
    Reading read();

    /**
     * Replaces the register. Blocks until the device has it: once this returns, the register survives a power cut; if it
     * does not return, the old or the new one does.
     *
     * @param register the register from now on
     * @throws StorageException.DiskFull if there is no room for it: the old register stands, and writing may be tried
     *     again when there is room
     * @throws StorageException.ForceFailed if the device refuses, or refused before: which register it holds is unknown,
     *     and no further one is taken until a restart has read it
     */
    void write(Register register);

    /** What a start can find. */
    enum State {
        /** No register was ever written here: the node may elect nobody as a witness. */
        ABSENT,
        /** The register that was last written. */
        SOUND,
        /** Something that is no register any more: the node needs a new identity. */
        DAMAGED
    }

    /**
     * What a start found.
     *
     * @param state which of the three
     * @param register the register; only when it is sound
     * @param what what is damaged where, for the reader; empty when nothing is
     */
    record Reading(State state, Register register, String what) {
        /** @return no register was ever written */
        public static Reading absent() {
            return new Reading(State.ABSENT, null, "");
        }

        /**
         * @param register what was found
         * @return a sound register
         */
        public static Reading sound(Register register) {
            return new Reading(State.SOUND, register, "");
        }

        /**
         * @param what what is damaged where
         * @return a register that can no longer be read
         */
        public static Reading damaged(String what) {
            return new Reading(State.DAMAGED, null, what);
        }

        /**
         * @return the register
         * @throws Invariant.Violation if there is none that is sound
         */
        @Override
        public Register register() {
            Invariant.check(state == State.SOUND, "asked for a register that is absent or damaged");
            return register;
        }
    }
}
