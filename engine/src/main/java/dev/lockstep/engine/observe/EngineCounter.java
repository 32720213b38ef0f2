package dev.lockstep.engine.observe;

/**
 * What a node counts of itself. Labels and numbers are what tools go by: they stay as they are, and a number that goes is
 * not given again.
 */
public enum EngineCounter {
    /** See {@link RoleReport#numberOf}. */
    ROLE(0, "role", Writers.ONE),
    TERM(1, "term", Writers.ONE),
    EPOCH(2, "epoch", Writers.ONE),
    APPENDED_INDEX(3, "appended index", Writers.ONE),
    FLUSHED_INDEX(4, "flushed index", Writers.ONE),
    COMMITTED_INDEX(5, "committed index", Writers.ONE),
    /** Written by the applier. */
    APPLIED_INDEX(6, "applied index", Writers.ONE),
    /** How often the node became a candidate. */
    ELECTIONS(7, "elections", Writers.ONE),
    ROLE_CHANGES(8, "role changes", Writers.ONE),
    FRAMES_PROPOSED(9, "frames proposed", Writers.ONE),
    /** By frames: how full they are. */
    COMMANDS_PROPOSED(10, "commands proposed", Writers.ONE),
    /** Offers that were refused for lack of room. */
    BACK_PRESSURED(11, "back-pressured offers", Writers.MANY),
    /** Offers that were refused by a node that was not the primary. */
    NOT_PRIMARY(12, "offers to a node that is not the primary", Writers.MANY),
    LONGEST_DUTY_CYCLE_NS(13, "longest duty cycle in ns", Writers.ONE),
    /** See {@link DutyPhase#number}. */
    LONGEST_DUTY_CYCLE_CAUSE(14, "longest duty cycle's cause", Writers.ONE),
    /** Those that took longer than a heartbeat. */
    LATE_DUTY_CYCLES(15, "late duty cycles", Writers.ONE),
    ERRORS(16, "errors", Writers.MANY),
    REMARKS(17, "remarks", Writers.MANY),
    /** What the application's listeners threw. */
    LISTENER_ERRORS(18, "listener errors", Writers.MANY),
    /** At which index the applier has stopped; zero if it has not. */
    APPLIER_FAILURE_INDEX(19, "applier failure index", Writers.ONE),
    /** How often the journal went on in another segment. */
    SEGMENT_ROLLS(20, "segment rolls", Writers.ONE),
    /** How often a standby fell out of the live stream while this node was the primary. */
    CATCH_UPS(21, "catch-ups", Writers.ONE),
    /** What the journal takes of the disk, where there is a bound to that; otherwise zero. */
    JOURNAL_BYTES(22, "journal bytes", Writers.ONE),
    /** How often that came near the bound, or met it. */
    JOURNAL_ALARMS(23, "journal alarms", Writers.ONE),
    /** At which index nodes said otherwise of their states than others, and no majority has said which are right since. */
    DISPUTED_INDEX(24, "disputed index", Writers.ONE);

    /** How many threads write a counter: one pays for a store, many for an atomic addition. */
    enum Writers {
        ONE,
        MANY
    }

    private final int number;
    private final String label;
    private final boolean isShared;

    EngineCounter(int number, String label, Writers writers) {
        this.number = number;
        this.label = label;
        this.isShared = writers == Writers.MANY;
    }

    /** @return its Agrona type */
    public int number() {
        return number;
    }

    /** @return its name for people, and in {@link CountersFile#read} */
    public String label() {
        return label;
    }

    boolean isShared() {
        return isShared;
    }
}
