package dev.lockstep.engine.replica;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Lets a new cluster begin with the history of another one, as if that had founded an epoch (PROTOCOL H). The history's
 * configurations are said again in the new cluster's name and with its members: a node is judged by what the configuration in
 * force names, and looks there for whom to talk to, also one that is added later and comes through all of the history. Owned
 * by one thread.
 */
public final class Restoration {
    /**
     * What the founded cluster is.
     *
     * @param cluster its id
     * @param epoch its first epoch, behind all that the old one's history names
     * @param term the term of the frame that founds it
     * @param durability what an acknowledgement promises in it; null for what it did in the old one
     * @param members all of them
     */
    public record Founded(ClusterId cluster, long epoch, long term, Durability durability, List<Member> members) {
        /**
         * @param cluster its id
         * @param epochBefore the last epoch that is known of the old one
         * @param termBefore the last term that is known of the old one
         * @param random not negative; so that two which are restored from one backup differ
         * @param durability what an acknowledgement promises in it; null for what it did in the old one
         * @param members all of them
         * @return a cluster whose epoch and terms come after all that is known of the old one
         */
        public static Founded after(
                ClusterId cluster,
                long epochBefore,
                long termBefore,
                int random,
                Durability durability,
                List<Member> members) {
            return new Founded(
                    cluster,
                    Term.nextEpoch(epochBefore, random),
                    Term.firstOfNextEpoch(termBefore),
                    durability,
                    members);
        }
    }

    private final Founded founded;
    /** Frames that others name, and that are other ones in this log: those at which epochs ended. */
    private final Map<FrameRef, FrameRef> renamed = new HashMap<>();
    /** What is in force where the history has come to; null before its first frame. */
    private Config inForce;

    /** @param founded what is to be founded */
    public Restoration(Founded founded) {
        this.founded = founded;
    }

    /**
     * The history begins with a snapshot.
     *
     * @param snapshot what the old cluster says that it is of
     * @return what the new one says
     * @throws IllegalArgumentException if another version made it
     */
    public SnapshotManifest begin(SnapshotManifest snapshot) {
        PlacedConfig placed =
                ConfigCodec.decodePlaced(snapshot.config(), 0, snapshot.config().capacity());
        inForce = inNewName(placed.config());
        ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
        int length = ConfigCodec.encode(new PlacedConfig(placed.index(), placed.term(), inForce), bytes, 0);
        return new SnapshotManifest(
                snapshot.last(),
                founded.cluster(),
                snapshot.epoch(),
                snapshot.stateMachineVersion(),
                snapshot.clusterTimeNs(),
                new UnsafeBuffer(bytes, 0, length));
    }

    /**
     * The history goes on with a configuration.
     *
     * @param frame a CONFIG frame of the old cluster; its cursor is moved
     * @param previous what it follows in the new one's log
     * @return the frame that stands there instead, sealed
     * @throws IllegalArgumentException if another version made it
     */
    public FrameEncoder onConfig(Frame frame, FrameRef previous) {
        Config config = ConfigFrames.configOf(frame).config();
        for (Fork each : config.lineage()) {
            if (each.lastIndex() == previous.index()) {
                renamed.put(each.last(), previous); // it founds an epoch, behind a frame that is another one here
            }
        }
        inForce = inNewName(config);
        return ConfigFrames.make(inForce, frame.term(), previous, frame.clusterTimeNs());
    }

    private Config inNewName(Config config) {
        List<Fork> lineage = config.lineage().stream()
                .map(each -> new Fork(
                        each.epoch(),
                        renamed.getOrDefault(each.last(), each.last()),
                        each.foundingTerm(),
                        each.founder()))
                .toList();
        return new Config(
                founded.cluster(),
                config.epoch(),
                lineage,
                config.mode(),
                config.durability(),
                config.stateMachineVersion(),
                founded.members(),
                config.skips());
    }

    /**
     * The history ends, and the new cluster begins.
     *
     * @param last the last frame that it keeps
     * @param clusterTimeNs the cluster's time at that frame
     * @return the frame that founds it, sealed: committed by definition, on every node that begins with it
     */
    public FrameEncoder found(FrameRef last, long clusterTimeNs) {
        Invariant.check(inForce != null, "a cluster is founded on a history without a configuration");
        Config config = new Config(
                founded.cluster(),
                founded.epoch(),
                lineageUntil(last),
                inForce.mode(),
                founded.durability() == null ? inForce.durability() : founded.durability(),
                inForce.stateMachineVersion(),
                founded.members(),
                inForce.skips());
        return ConfigFrames.make(config, founded.term(), last, clusterTimeNs);
    }

    private List<Fork> lineageUntil(FrameRef last) {
        List<Fork> lineage = new ArrayList<>(inForce.lineage());
        lineage.add(new Fork(
                inForce.epoch(), last, founded.term(), founded.members().get(0).identity()));
        return lineage;
    }
}
