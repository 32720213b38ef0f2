package dev.lockstep.engine.replica;

/**
 * How far one identity has come in terms, as it said itself. What it said in one start binds it in the next: whoever says
 * less has been given an older disk (PROTOCOL B). Owned by the replica's thread.
 */
final class Remembered {
    private long epoch;
    private long number;
    /** What it had come to before its present start. */
    private long boundEpoch;

    private long boundNumber;

    /** It was started anew: nothing of an earlier start comes any more, so from now on less than that is too little. */
    void onStarted() {
        boundEpoch = epoch;
        boundNumber = number;
    }

    /** @return false if that is less than it said in an earlier start; within one, messages may overtake each other */
    boolean hear(long saidEpoch, long saidNumber) {
        if (isBefore(saidEpoch, saidNumber, boundEpoch, boundNumber)) {
            return false;
        }
        if (isBefore(epoch, number, saidEpoch, saidNumber)) {
            epoch = saidEpoch;
            number = saidNumber;
        }
        return true;
    }

    private static boolean isBefore(long oneEpoch, long oneNumber, long otherEpoch, long otherNumber) {
        return oneEpoch != otherEpoch ? oneEpoch < otherEpoch : oneNumber < otherNumber;
    }

    @Override
    public String toString() {
        return new Term(epoch, number).toString();
    }
}
