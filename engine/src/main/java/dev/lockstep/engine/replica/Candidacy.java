package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;

/**
 * What a node says when it asks for a vote, or whether it would get one.
 *
 * @param node who asks
 * @param identity its journal
 * @param term the term that it asks for
 * @param last the last frame of its log
 * @param configIndex where the CONFIG stands in which it counts the votes
 * @param configTerm that one's term
 * @param isPreVote whether it only asks what the answer would be: nobody promises anything then (safety 3)
 * @param isLicensed whether the primary has asked it to take over
 */
record Candidacy(
        int node,
        Identity identity,
        Term term,
        FrameRef last,
        long configIndex,
        long configTerm,
        boolean isPreVote,
        boolean isLicensed) {}
