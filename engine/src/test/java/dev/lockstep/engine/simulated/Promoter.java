package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.storage.FrameRef;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an {@link Operator} does where no primary is elected any more, or where he thinks so: he has an epoch founded. */
final class Promoter {
    private static final Pattern NAMED = Pattern.compile("node ([0-9]+)");

    private final SimulatedCluster cluster;
    private final Operator operator;
    private int attempts;
    /** Whom a node has named that could not found an epoch itself; zero if none did. */
    private int advised;

    Promoter(SimulatedCluster cluster, Operator operator) {
        this.cluster = cluster;
        this.operator = operator;
    }

    /** At any moment, and whoever does not run is lost, or does not come to mind. */
    void promote(SplittableRandom ofKind) {
        SimulatedNode node = cluster.nodes.get(ofKind.nextInt(cluster.nodes.size()));
        if (!node.isRunning() || node.isPaused() || node.replica().config() == null || ofKind.nextInt(3) > 0) {
            return;
        }
        List<Integer> lost = new ArrayList<>();
        for (Member each : node.replica().config().voters()) {
            boolean isSelf = each.node() == node.number;
            boolean isGone = !cluster.node(each.node()).isRunning();
            if (!isSelf && (isGone || ofKind.nextInt(4) == 0)) {
                lost.add(each.node());
            }
        }
        cluster.onPromotionAsked();
        operator.act(node, () -> node.replica().acts().promote(lost));
    }

    /** A node says why it founds no epoch, and maybe who should. */
    void onFailed(String reason) {
        Matcher named = NAMED.matcher(reason);
        advised = named.find() ? Integer.parseInt(named.group(1)) : 0;
    }

    /**
     * The one that seems to have the best log; where that one has named another, then that one; and if that does not help
     * either whoever cannot go on is taken for lost.
     */
    void promoteSomebody() {
        SimulatedNode best = best();
        SimulatedNode other = advised == 0 ? null : cluster.node(advised);
        boolean isOtherMeant = attempts % 3 == 1 && other != null && other.isRunning();
        if (best == null) {
            setUpAnew();
        } else {
            promote(isOtherMeant ? other : best, attempts++ % 3 == 2);
        }
    }

    private SimulatedNode best() {
        SimulatedNode best = null;
        for (SimulatedNode each : cluster.nodes) {
            boolean mayBe = each.isRunning()
                    && Oracle.isNamedVoter(each, each.replica().config())
                    && each.replica().config().at(each.number).isDataNode();
            if (mayBe && (best == null || isBetter(each, best))) {
                best = each;
            }
        }
        return best;
    }

    /** Those who do not answer are lost. */
    private void promote(SimulatedNode chosen, boolean isInsisting) {
        if (chosen.replica().config() == null) {
            return;
        }
        List<Integer> lost = new ArrayList<>(isInsisting ? thoseWhoCannotGoOn(chosen) : List.of());
        for (Member each : chosen.replica().config().voters()) {
            SimulatedNode other = cluster.node(each.node());
            boolean answers = other.isRunning()
                    && other.replica().identity().equals(each.identity())
                    && other.replica().term().epoch() == chosen.replica().term().epoch()
                    && !chosen.refuses(each.node())
                    && !other.refuses(chosen.number);
            if (!answers && !lost.contains(each.node())) {
                lost.add(each.node());
            }
        }
        cluster.onPromotionAsked();
        operator.act(chosen, () -> chosen.replica().acts().promote(lost));
    }

    /** They may hold what nobody else does, and no epoch can be founded there: a person gives it up, once he is told. */
    private List<Integer> thoseWhoCannotGoOn(SimulatedNode chosen) {
        return cluster.nodes.stream()
                .filter(each -> each != chosen && each.isRunning())
                .filter(each -> !Oracle.isNamedVoter(each, each.replica().config())
                        || !Oracle.isNamedVoter(each, chosen.replica().config()))
                .map(each -> each.number)
                .toList();
    }

    /** The cluster's first frame is lost, and nobody has more: there never was anything in it. */
    private void setUpAnew() {
        boolean isAnyConfigured = cluster.nodes.stream()
                .anyMatch(each -> each.isRunning()
                        && each.replica().config() != null
                        && each.replica().role() != Role.WITNESS);
        if (!isAnyConfigured) {
            cluster.oracle.onSetUpAnew();
            cluster.nodes.forEach(SimulatedNode::wipe);
        }
    }

    private static boolean isBetter(SimulatedNode one, SimulatedNode other) {
        if (one.replica().isLonely() != other.replica().isLonely()) {
            return one.replica().isLonely(); // those who hear it would not promise anybody else anything
        }
        long epoch = one.replica().term().epoch();
        long otherEpoch = other.replica().term().epoch();
        if (epoch != otherEpoch) {
            return epoch > otherEpoch;
        }
        FrameRef last = one.replica().last();
        FrameRef otherLast = other.replica().last();
        return last.term() != otherLast.term() ? last.term() > otherLast.term() : last.index() > otherLast.index();
    }
}
