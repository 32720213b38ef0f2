package dev.lockstep.engine.replica;

/** What a node makes of its log, as the replica's thread may ask: the answers are there. */
public interface Applying {
    /** What {@link #soundIndex} returns where nothing is known to be wrong. */
    long SOUND = Long.MAX_VALUE;

    /** Of a node that applies nothing, or whose state machine says nothing of its state. */
    Applying NOTHING = new Applying() {
        @Override
        public long appliedIndex() {
            return 0;
        }

        @Override
        public Checkpoint checkpoint() {
            return Checkpoint.NONE;
        }

        @Override
        public long soundIndex() {
            return SOUND;
        }

        @Override
        public boolean maySumUp() {
            return false;
        }

        @Override
        public long provenIndex() {
            return 0;
        }

        @Override
        public CheckpointVotes dispute() {
            return null;
        }

        @Override
        public boolean isInNeed() {
            return false;
        }
    };

    /** @return up to where it has come */
    long appliedIndex();

    /** @return the newest one; {@link Checkpoint#NONE} if there is none */
    Checkpoint checkpoint();

    /**
     * @return where the state was last known to be that of most nodes, if by now it is known to be another one; otherwise
     *     {@link #SOUND}
     */
    long soundIndex();

    /** @return whether it says what its state is, as far as is known: it has not declined to, when it was asked last */
    boolean maySumUp();

    /** @return the last index at which the state that is here was compared, and was right; zero if it was not yet */
    long provenIndex();

    /** @return what was said last, if most nodes do not say the same, and have not since; null if that is not so */
    CheckpointVotes dispute();

    /** @return whether a snapshot that another node keeps would help */
    boolean isInNeed();
}
