package dev.lockstep.engine.observe;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.Ownership;
import java.util.Locale;
import java.util.concurrent.Executor;
import org.slf4j.event.Level;

/** Counts, records and logs what a node becomes. Owned by the replica's thread. */
public final class RoleReport {
    private final EngineCounters counters;
    private final LogLines lines;
    private final Ownership ownership = new Ownership("the report of the node's role");
    /** Null until the first one is told. */
    private Role role;

    /**
     * @param node the node's name
     * @param counters where it is counted
     * @param logging runs what may wait for the application's log: of the background thread, not of the hot one
     */
    public RoleReport(String node, EngineCounters counters, Executor logging) {
        this(counters, LogLines.toSlf4j(node, logging));
    }

    RoleReport(EngineCounters counters, LogLines lines) {
        this.counters = counters;
        this.lines = lines;
    }

    /**
     * The role or the term is another one.
     *
     * @param next what the node is from now on
     * @param term in which term
     */
    public void onRole(Role next, Term term) {
        ownership.check();
        counters.set(EngineCounter.TERM, term.number());
        counters.set(EngineCounter.EPOCH, term.epoch());
        counters.set(EngineCounter.ROLE, numberOf(next));
        FlightEvents.roleChange(next, term);
        if (next != role) {
            Role before = role;
            role = next;
            onOther(before, term);
        }
    }

    private void onOther(Role before, Term term) {
        if (before == Role.CANDIDATE) {
            FlightEvents.election(term, role == Role.PRIMARY);
        }
        if (role == Role.CANDIDATE) {
            counters.increment(EngineCounter.ELECTIONS);
        }
        String was = "";
        if (before != null) { // what it starts as is no change
            counters.increment(EngineCounter.ROLE_CHANGES);
            was = ", was " + inWords(before);
        }
        lines.log(Level.INFO, inWords(role) + " in term " + term + was, null);
    }

    private static String inWords(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    /**
     * What tools go by: the numbers stay as they are.
     *
     * @param role a role
     * @return its value in {@link EngineCounter#ROLE}
     */
    public static int numberOf(Role role) {
        return switch (role) {
            case UNBORN -> 0;
            case STANDBY -> 1;
            case CANDIDATE -> 2;
            case PRIMARY -> 3;
            case WITNESS -> 4;
            case OBSERVER -> 5;
            case CLOSED -> 6;
        };
    }
}
