package dev.lockstep.engine.replica;

/** What a test says that a node makes of its log. */
final class GivenApplying implements Applying {
    Checkpoint checkpoint = Checkpoint.NONE;
    long soundIndex = SOUND;
    long provenIndex;
    boolean maySumUp;
    CheckpointVotes dispute;

    @Override
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    @Override
    public long soundIndex() {
        return soundIndex;
    }

    @Override
    public boolean maySumUp() {
        return maySumUp;
    }

    @Override
    public long provenIndex() {
        return provenIndex;
    }

    @Override
    public CheckpointVotes dispute() {
        return dispute;
    }

    @Override
    public boolean isInNeed() {
        return soundIndex != SOUND;
    }
}
