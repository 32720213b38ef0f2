package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.node.Durability;

/** What all parts of a replica share. Owned by the replica's thread. */
final class Core {
    final ReplicaSettings settings;
    final Turn turn;
    final Promises promises;
    final ReplicaLog log;
    final Configs configs;
    final CommitMark commit;
    final Peers peers;
    final Outbox outbox;
    final Snapshots snapshots;
    final Applying applying;
    final ReplicaListener listener;
    private Config measured;
    private int majority;
    private int dataMajority;
    private boolean hasWitness;
    private boolean countsFlushedOnly;
    private final Remarks remarks;

    Core(ReplicaSettings settings, ReplicaPorts ports, Turn turn) {
        this.settings = settings;
        this.turn = turn;
        this.promises = new Promises(ports.ballots());
        this.log = new ReplicaLog(ports.journal());
        this.configs = new Configs();
        this.commit = new CommitMark(ports.marks(), ports.listener());
        this.peers = new Peers();
        this.outbox = new Outbox(ports.links(), promises, ports.maxFrameBytes(), settings.stateMachineVersion());
        this.snapshots = ports.snapshots();
        this.applying = ports.applying();
        this.listener = ports.listener();
        this.remarks = new Remarks(turn, listener);
    }

    int self() {
        return settings.node();
    }

    Identity identity() {
        return promises.identity();
    }

    /** @return the configuration in force; null if none is known */
    Config config() {
        return configs.current();
    }

    /** @return the epoch in which the end of the log was written; zero if it is not known */
    long logEpoch() {
        Config config = config();
        return config == null ? 0 : config.epoch();
    }

    /**
     * @return whether the log has come as far as this epoch. If not, its frames are none of it where the two part, even
     *     where they have the number of a term in common
     */
    boolean isLogOfThisEpoch() {
        return logEpoch() >= promises.term().epoch();
    }

    /** @return the last frame that is known to be committed, and that is here */
    FrameRef committed() {
        long index = promises.isYielding() ? 0 : commit.index();
        return index < log.base().index() ? FrameRef.ORIGIN : log.endingBy(Math.min(index, log.lastIndex()));
    }

    /** @return whether the log holds a frame that is committed, or did until it was compacted */
    boolean holdsCommitted(FrameRef frame) {
        return frame.index() <= log.base().index() || log.holds(frame);
    }

    /** @return what this node is by the configuration in force; null if it names it not */
    Member membership() {
        Config config = config();
        return config != null && config.names(self(), identity()) ? config.at(self()) : null;
    }

    /** @return whether this node's state is known to be another one than that of most nodes */
    boolean hasDrifted() {
        return applying.soundIndex() != Applying.SOUND;
    }

    boolean isDataNode() {
        Member member = membership();
        return member != null && member.isDataNode();
    }

    /** @return how many voters are more than half of them */
    int majority() {
        measure();
        return majority;
    }

    /** @return how many data nodes that vote are more than half of them */
    int dataMajority() {
        measure();
        return dataMajority;
    }

    /** @return whether a witness breaks ties */
    boolean hasWitness() {
        measure();
        return hasWitness;
    }

    @SuppressWarnings("ReferenceEquality") // a cache of what follows from that very object
    private void measure() {
        Config config = config();
        Invariant.check(config != null, "there is no configuration to be measured");
        if (config != measured) {
            measured = config;
            majority = config.majority();
            dataMajority = config.dataNodes().size() / 2 + 1;
            hasWitness = config.hasWitness();
            countsFlushedOnly = countsFlushedOnly(config);
        }
    }

    /** @return whether "appended" means flushed in this cluster */
    boolean isFlushedOnly() {
        Config config = config();
        return config != null && config.durability() == Durability.FLUSHED;
    }

    /** @return whether this node, as the primary, counts itself for nothing that is not on its device */
    boolean countsFlushedOnly() {
        measure();
        return countsFlushedOnly;
    }

    /** Where only one voter is left of several, its one copy must survive the machine. */
    boolean countsFlushedOnly(Config config) {
        boolean isLeftAlone = config.voters().size() == 1 && !settings.isSingle();
        return isLeftAlone || config.durability() == Durability.FLUSHED;
    }

    /** A CONFIG is about to be appended, for which there is room: whoever holds it has noted it. */
    void beforeConfig(PlacedConfig config) {
        try {
            promises.noteConfig(config.index(), config.term());
        } catch (StorageException.DiskFull e) {
            log.cancelReservations(); // or each new try would keep some room for itself
            throw e;
        }
    }

    /**
     * Whatever is acknowledged, the CONFIG in force is noted before, and none that was cut. What this node's epoch began
     * with was noted when it yielded to it, and counts until the log has come that far.
     */
    void noteConfig() {
        if (logEpoch() == promises.term().epoch()) {
            promises.noteConfig(configs.currentIndex(), configs.currentTerm());
        }
    }

    /** A CONFIG was appended, and is in force from now on. */
    void onConfigAppended(PlacedConfig config) {
        configs.onAppended(config);
        listener.onConfig(config.config());
    }

    /** Whatever this node has acknowledged is here again. */
    void beWhole() {
        promises.beWhole(configs.currentIndex(), configs.currentTerm());
    }

    /** An epoch begins with a frame of this node's: it is committed by definition, and nothing behind it is. */
    void commitFounding(long index) {
        commit.yieldTo(index);
        commitTo(index);
    }

    /** @return whether that is news */
    boolean commitTo(long index) {
        boolean isNews = commit.advanceTo(index);
        if (isNews) {
            configs.onCommitted(index);
        }
        return isNews;
    }

    /**
     * A node offers less than it had, so what it promised counts for nothing, and what it says now proves nothing: until it
     * is removed, and added again as another one (PROTOCOL B). Whoever started after that cannot know, and takes it in.
     */
    void refuse(int node, String why) {
        peers.refuse(node);
        remark("node " + node + " " + why
                + ": its directory was set back; remove it, and add it again with an empty directory");
    }

    /** Nothing is done by halves: a configuration that this version cannot read is not taken, and people are told. */
    void remarkUnreadable(int from, IllegalArgumentException e) {
        remark("node " + from + " sent a configuration that this version cannot read; it was not taken: "
                + e.getMessage());
    }

    /** Tells people something that lasts; not again before a while. */
    void remark(String remark) {
        remarks.tell(remark);
    }
}
