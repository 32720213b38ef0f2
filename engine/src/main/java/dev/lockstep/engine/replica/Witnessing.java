package dev.lockstep.engine.replica;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.sbe.HeartbeatDecoder;
import dev.lockstep.engine.sbe.RegisterWriteDecoder;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.Register;

/** Votes, and keeps no log: whom it may elect is what a primary has written (PROTOCOL G). Owned by the replica's thread. */
final class Witnessing extends Duty {
    private final Core core;
    private final WitnessRegister register;
    private int primary = NOBODY;
    private long heardNs;
    private boolean isHeardSince;

    Witnessing(Core core, WitnessRegister register) {
        this.core = core;
        this.register = register;
    }

    @Override
    Role role() {
        return Role.WITNESS;
    }

    @Override
    boolean hearsPrimary() {
        return primary != NOBODY && !core.turn.isSilent(heardNs);
    }

    @Override
    int primary() {
        return primary;
    }

    private void hear(int from) {
        primary = from;
        heardNs = core.turn.nowNs();
        isHeardSince = true;
    }

    @Override
    void onTick() {
        if (core.turn.wasLate()) {
            heardNs = Math.max(heardNs, core.turn.graceNs());
        }
        if (isHeardSince) {
            isHeardSince = false;
            heardNs = core.turn.nowNs();
        }
    }

    @Override
    void onHeartbeat(int from, HeartbeatDecoder message) {
        hear(from);
        core.outbox.heartbeatReply(from, message.round(), SnapshotNeed.NONE, null, Checkpoint.NONE);
    }

    @Override
    void onRegisterWrite(int from, RegisterWriteDecoder message) {
        hear(from);
        boolean isPossible = message.first() != 0 && message.first() != message.second() && message.sequence() >= 0;
        if (!isPossible) {
            core.remark("node " + from + " wrote a register that no primary writes; it was not taken");
            return;
        }
        Term term = core.promises.term();
        Register written = new Register(
                term.epoch(),
                term.number(),
                message.sequence(),
                new Identity(message.first()),
                new Identity(message.second()));
        register.onWritten(written);
        if (register.holds(written)) {
            core.outbox.registerReply(from, message.sequence());
        }
    }

    @Override
    void read(long id) {
        core.listener.onReadable(id, -1);
    }
}
