package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.transport.Transport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Those who are left when an epoch is founded, and what they say that they hold. Whoever goes on holds all that anybody
 * among them knows to be committed. Owned by the replica's thread; a new one for each attempt.
 */
final class Survivors {
    private final Core core;
    private final Config config;
    private final long epoch;
    private final List<Integer> lost;
    /** Those whose answer to the present question is here. */
    private final Set<Integer> answered = new HashSet<>();
    /** The voters who hold what is required. */
    private final Map<Integer, Holding> holders = new TreeMap<>();

    private FrameRef required;
    /** Who knows that it is committed. */
    private int knower;

    /**
     * @param lost those who the operator says are not left
     * @param committed what this node knows to be committed
     */
    Survivors(Core core, List<Integer> lost, FrameRef committed) {
        this.core = core;
        this.config = core.config();
        this.epoch = core.promises.term().epoch();
        this.lost = List.copyOf(lost);
        ask(core.self(), committed);
    }

    private void ask(int who, FrameRef committed) {
        knower = who;
        required = committed;
        answered.clear();
        holders.clear();
    }

    List<Integer> lost() {
        return lost;
    }

    /** @return the epoch that they leave */
    long epoch() {
        return epoch;
    }

    /** @return what each of them is asked whether he holds it */
    FrameRef required() {
        return required;
    }

    /** @return whether somebody else may be a voter by now than those who were asked */
    boolean areOthersMeant() {
        return !config.equals(core.config());
    }

    /**
     * @return each voter who is left, and whoever else is there in this epoch, that has not answered: it may know of something
     *     that was committed since this node last heard anything, maybe even that it votes now
     */
    List<Integer> awaited() {
        List<Integer> awaited = new ArrayList<>();
        for (int node = 0; node <= Transport.MAX_NODE; node++) {
            boolean isLeft = node != core.self() && !lost.contains(node) && !answered.contains(node);
            if (isLeft && (isVoter(node) || core.peers.isThereIn(node, epoch))) {
                awaited.add(node);
            }
        }
        return awaited;
    }

    private boolean isVoter(int node) {
        Member member = config.at(node);
        return member != null && member.isVoter();
    }

    /** @return whether that is an answer to something else than they must be asked now */
    boolean onAnswer(int from, Holding holding) {
        if (!holding.mustHold().equals(required) || lost.contains(from)) {
            return false;
        }
        if (holding.committed().index() > required.index()) {
            ask(from, holding.committed());
            return true;
        }
        if (!isVoter(from)) {
            answered.add(from);
        } else if (core.peers.isNamed(from, config)) {
            answered.add(from);
            note(from, holding);
        }
        return false;
    }

    private void note(int voter, Holding holding) {
        if (holding.isHeld()) {
            holders.put(voter, holding);
        }
    }

    /**
     * @param own what this node holds, now that all have answered
     * @return the voter that has the best log; this node, if no other one's is better; nobody, if none holds what is required
     */
    int best(Holding own) {
        note(core.self(), own);
        int best = holders.containsKey(core.self()) ? core.self() : Duty.NOBODY;
        for (Map.Entry<Integer, Holding> each : holders.entrySet()) {
            if (best == Duty.NOBODY || each.getValue().isBetterThan(holders.get(best))) {
                best = each.getKey();
            }
        }
        return best;
    }

    String whyNobody() {
        boolean isAnotherMeant = knower != core.self() && !isVoter(knower);
        return "index " + required.index() + " was committed, and no voter that is left holds it"
                + (isAnotherMeant ? "; promote node " + knower + " instead, or name it among the lost" : "");
    }

    /** @return the configuration that founds an epoch in which they vote */
    Config founding(long newEpoch, Fork fork) {
        Set<Integer> voters = new HashSet<>();
        config.voters().forEach(each -> voters.add(each.node()));
        voters.removeAll(lost);
        return config.founding(newEpoch, fork, voters);
    }
}
