package dev.lockstep.storage.node;

import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.journal.Damage;
import java.util.List;

/**
 * What a start has found, and what it made of it.
 *
 * @param isFirst whether there was nothing before
 * @param isSameBoot whether the machine has not been restarted since the last start
 * @param decision what was done with the end of the log
 * @param logEnd what stands behind the last sound frame, which is nothing if all is well; null if there is no log
 * @param mayHaveForgotten whether something that the node acknowledged before this start may be lost. A member then starts
 *     as recovering and does not count until it is whole again (PROTOCOL B); the ballot says so, also after later starts.
 *     A node alone just goes on without it
 * @param remarks what a person should know, each a sentence; empty after an orderly close
 */
public record StartReport(
        boolean isFirst,
        boolean isSameBoot,
        StartDecision decision,
        Damage logEnd,
        boolean mayHaveForgotten,
        List<String> remarks) {}
