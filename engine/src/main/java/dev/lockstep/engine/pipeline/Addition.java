package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.replica.OperatorActs;

/** The act of adding a node: it begins once that node is there. Owned by the hot thread, but for its making. */
final class Addition implements OperatorDesk.Body {
    private final NodeDesks desks;
    private final String written;
    /** Null until it was tried once: its number is drawn then. */
    private ListedMember listed;

    /** @param written the member, as users write it */
    Addition(NodeDesks desks, String written) {
        this.desks = desks;
        this.written = written;
    }

    @Override
    public boolean begin(OperatorActs acts) {
        if (listed == null) {
            ListedMember parsed = ListedMember.parse(written, desks.nextNumber());
            listed = parsed.kind() == MemberKind.VOTER ? parsed.withKind(MemberKind.OBSERVER) : parsed;
        }
        return desks.add(acts, listed);
    }
}
