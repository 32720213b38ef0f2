package dev.lockstep.engine.replica;

/** Where one duty ends and the next begins. */
interface Stage {
    /** Follows whoever is primary; nobody is known yet. */
    void follow();

    /** Asks for the votes of the others. */
    void campaign(boolean isLicensed);

    /** Is the primary of the present term, to begin at a cluster's time. */
    void reign(long wallClockNs);

    /** @return what this node does now */
    Duty duty();
}
