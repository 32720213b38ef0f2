package dev.lockstep.engine.replica;

/** What a test says that a node makes of its log. */
public final class GivenApplying implements Applying {
    public long appliedIndex = Long.MAX_VALUE;
    public Checkpoint checkpoint = Checkpoint.NONE;
    public long soundIndex = SOUND;
    public long provenIndex;
    public boolean maySumUp;
    public CheckpointVotes dispute;

    @Override
    public long appliedIndex() {
        return appliedIndex;
    }

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
