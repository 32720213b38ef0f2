package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import java.util.ArrayList;
import java.util.List;

/** Remembers at which indexes it was given what, as long as the process lives. */
final class FollowedAdder extends Adder {
    private final List<String> given = new ArrayList<>();

    static String describe(Command command) {
        long value =
                command.payload().capacity() == Long.BYTES ? command.payload().getLong(0) : 0;
        return command.index() + " of term " + command.term() + " at " + command.clusterTimeNs() + ": " + value;
    }

    @Override
    public void apply(Command command, Reply reply) {
        synchronized (given) {
            given.add(describe(command));
        }
        super.apply(command, reply);
    }

    List<String> given() {
        synchronized (given) {
            return List.copyOf(given);
        }
    }
}
