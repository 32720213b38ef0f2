package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.replica.ReplicaPorts;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.storage.snapshot.SnapshotStore;
import dev.lockstep.transport.Transport;
import java.util.function.LongSupplier;
import org.agrona.concurrent.NanoClock;

/**
 * What a pipeline that is played in one thread acts through.
 *
 * @param settings who it is
 * @param replica the replica's own ports; its links are the transport's, and its listener hears all first
 * @param snapshots what state is saved to, and loaded from
 * @param transport to the other members
 * @param machine the application's
 * @param replies hears each reply where it is made, on every node
 * @param limits how much it takes
 * @param isPipelined whether the applier has a thread of its own
 * @param clock the time of a turn
 * @param applierClock the applier's own, by which its budget runs out
 * @param wallClockNs what the node's clock says
 */
public record PipelinePorts(
        ReplicaSettings settings,
        ReplicaPorts replica,
        SnapshotStore snapshots,
        Transport transport,
        StateMachine machine,
        RepliesWatch replies,
        PlayedLimits limits,
        boolean isPipelined,
        NanoClock clock,
        NanoClock applierClock,
        LongSupplier wallClockNs) {}
