package dev.lockstep.engine.replica;

import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.ballot.RegisterStore;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.orphans.OrphanStore;
import java.util.function.LongSupplier;

/**
 * Everything that a replica acts through.
 *
 * @param journal the log on this node
 * @param marks what survives the process
 * @param ballots what survives the machine
 * @param register whom a witness may elect
 * @param snapshots the snapshots on this node
 * @param applying what is made of the log
 * @param orphans where frames go that the cluster goes on without
 * @param links the ways to the others
 * @param listener hears what is decided
 * @param random for waiting times and nonces: different on every node and at every start
 * @param maxFrameBytes the longest frame; the same on all nodes, and no longer than the journal takes
 */
public record ReplicaPorts(
        Journal journal,
        Marks marks,
        BallotStore ballots,
        RegisterStore register,
        Snapshots snapshots,
        Applying applying,
        OrphanStore orphans,
        Links links,
        ReplicaListener listener,
        LongSupplier random,
        int maxFrameBytes) {}
