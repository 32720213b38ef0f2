package dev.lockstep.samples.cluster;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.util.TreeMap;

/**
 * Takes numbered commands of several sources, and knows of each source how many it has had and whether one came twice or out
 * of order. A command is the source's number and its own, from 1.
 */
final class Receipts implements StateMachine {
    static final int COMMAND_BYTES = 2 * Long.BYTES;

    private final TreeMap<Long, Long> last = new TreeMap<>();
    private long count;
    private long hash;
    private long disorders;

    @Override
    public void apply(Command command, Reply reply) {
        long source = command.payload().getLong(0);
        long number = command.payload().getLong(Long.BYTES);
        long before = last.getOrDefault(source, 0L);
        if (number <= before) {
            disorders++; // applied twice, or behind a later one
        }
        last.put(source, number);
        count++;
        hash = (hash * 31 + source) * 31 + number;
        reply.putLong(number);
    }

    /** @return what a node says of its state: how many, how many wrong, the hash, and the last number of each source */
    String summary() {
        StringBuilder text = new StringBuilder();
        text.append(count).append(' ').append(disorders).append(' ').append(Long.toHexString(hash));
        last.forEach(
                (source, number) -> text.append(' ').append(source).append('=').append(number));
        return text.toString();
    }

    @Override
    public void save(SnapshotOutput out) {
        out.putLong(count);
        out.putLong(hash);
        out.putLong(disorders);
        out.putInt(last.size());
        last.forEach((source, number) -> {
            out.putLong(source);
            out.putLong(number);
        });
    }

    @Override
    public void load(SnapshotInput in) {
        count = in.getLong();
        hash = in.getLong();
        disorders = in.getLong();
        last.clear();
        for (int left = in.getInt(); left > 0; left--) {
            long source = in.getLong();
            last.put(source, in.getLong());
        }
    }
}
