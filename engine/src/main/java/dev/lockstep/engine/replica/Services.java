package dev.lockstep.engine.replica;

/**
 * What answers messages in whatever role the node is.
 *
 * @param births until a cluster has taken the node in
 * @param epochs to those of another epoch
 * @param founding to those who found one
 * @param elector to candidates
 * @param damages to those who hold another frame
 * @param fetcher takes chunks
 * @param server gives them
 * @param acts an operator's
 */
record Services(
        Births births,
        Epochs epochs,
        Founding founding,
        Elector elector,
        Damages damages,
        SnapshotFetcher fetcher,
        SnapshotServer server,
        Acts acts) {}
