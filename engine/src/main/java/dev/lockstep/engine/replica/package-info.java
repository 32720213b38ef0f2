/**
 * The protocol as a pure state machine: terms and votes, replication, commits, membership. It is told what happens, and
 * acts through ports that it is given; it has no threads, clocks, files, sockets or random numbers of its own, so the
 * same classes run in a service and in the simulator.
 *
 * <p>Begin with {@link dev.lockstep.engine.replica.Replica}: it hands each message to {@code Incoming}, which looks who says
 * it, in which epoch and in which term, and brings it to the node's present {@code Duty} or to one of the {@code Services}.
 *
 * <ul>
 *   <li>Duties, one at a time; {@code Stage} changes them: {@code Births} (until a cluster has taken the node in),
 *       {@code Following}, {@code Campaigning}, {@code Reigning}, {@code Witnessing}.
 *   <li>What all share: {@code Core}, with {@code Turn} (time), {@code Promises} (the ballot), {@code ReplicaLog},
 *       {@code Configs} and {@code Config}, {@code CommitMark}, {@code Peers}, {@code Outbox}, {@code Remarks}.
 *   <li>Elections (PROTOCOL C): {@code Elector}, {@code VoteRules}, {@code Candidacy}, {@code Tally}.
 *   <li>A standby's log (D): {@code LogReceiver}, {@code LogMatch}, {@code Cutter} with {@code Aside}; what it may have forgotten (B):
 *       {@code Damages}, {@code Recovery}, {@code Resumption}.
 *   <li>A primary's work (D, E, F): {@code Sequencer}, {@code Replicator} with a {@code Standby} for each member,
 *       {@code Reports}, {@code Quorum}, {@code Acknowledgements}, {@code ReadRounds}, {@code Pulse}, {@code Voices},
 *       {@code Handover}, {@code ClusterTime}.
 *   <li>The witness (G): {@code WitnessRegister}, {@code WitnessLeash}.
 *   <li>Operators and epochs (H): {@code Acts}, {@code Founding}, {@code Survivors}, {@code UnbornEpoch}, {@code Epochs}, {@code Fork}.
 *   <li>Snapshots: {@code SnapshotFetcher}, {@code Denials}, {@code SnapshotServer}, {@code Brought}, {@code OfferedSnapshots}.
 * </ul>
 */
package dev.lockstep.engine.replica;
