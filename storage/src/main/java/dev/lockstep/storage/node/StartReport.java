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
 * @param mustRecover whether what the node has acknowledged may be lost, so that it must not count until it has recovered
 * @param remarks what a person should know, each a sentence; empty after an orderly close
 */
public record StartReport(
        boolean isFirst,
        boolean isSameBoot,
        StartDecision decision,
        Damage logEnd,
        boolean mustRecover,
        List<String> remarks) {}
