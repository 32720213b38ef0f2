package dev.lockstep.engine.simulated;

/** Those who use a simulated cluster: they submit and read, and hold it to what it says. */
interface Load {
    /** @return an engine for a process of a node; null if nodes are replicas alone */
    EngineProcess newEngine(SimulatedNode node);

    void begin();

    /** Nothing new is asked for from now on. */
    void end();

    /** All has come to be the same: what must hold in the end. */
    void finish();

    /** A node of bare replicas may answer a read. */
    void onReadable(SimulatedNode node, long id, long index);

    /** More is known to be committed. */
    void onCommitted(SimulatedNode node);

    /** A process has ended. */
    void onDeath(SimulatedNode node);

    /** Another cluster is born from the same nodes. */
    void onSetUpAnew();

    long submitted();

    long readsConfirmed();
}
