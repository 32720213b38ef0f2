package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import java.util.HashSet;
import java.util.Set;

/** An adder whose state can be compared, and in which what is not deterministic can be planted. */
final class HashedAdder extends Adder {
    /** What is wrong with it. */
    enum Fault {
        NONE,
        /** It looks at the clock of its machine. */
        CLOCK,
        /** It goes through a hash set of objects that have no order of their own. */
        HASH_SET
    }

    volatile Fault fault = Fault.NONE;
    private long wrong;

    @Override
    public void apply(Command command, Reply reply) {
        super.apply(command, reply);
        switch (fault) {
            case NONE -> {
                // nothing is wrong
            }
            case CLOCK -> wrong += System.nanoTime();
            case HASH_SET -> wrong = throughHashSet(wrong);
        }
    }

    private static long throughHashSet(long before) {
        Set<Object> set = new HashSet<>();
        Object[] objects = new Object[32];
        for (int i = 0; i < objects.length; i++) {
            objects[i] = new Object();
            set.add(objects[i]);
        }
        long hash = before;
        for (Object each : set) {
            int number = 0;
            while (objects[number] != each) {
                number++;
            }
            hash = hash * 31 + number;
        }
        return hash;
    }

    @Override
    public long hash() {
        return 1 + hash * 31 + wrong;
    }

    @Override
    public void save(SnapshotOutput out) {
        super.save(out);
        out.putLong(wrong);
    }

    @Override
    public void load(SnapshotInput in) {
        super.load(in);
        wrong = in.getLong();
    }
}
