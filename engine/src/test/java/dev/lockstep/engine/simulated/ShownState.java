package dev.lockstep.engine.simulated;

/** What a test sees of the state in a simulated process, past the engine. */
interface ShownState {
    /** @return a number that two states share only if they are the same, but for what has drifted */
    long trueHash();

    /** @return by what it is wrong; zero if it is right */
    default long drift() {
        return 0;
    }

    /** From now on it is wrong by that, until another one is loaded. */
    default void drift(long mark) {
        throw new UnsupportedOperationException("this state does not drift");
    }
}
