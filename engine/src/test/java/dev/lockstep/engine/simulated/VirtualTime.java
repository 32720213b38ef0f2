package dev.lockstep.engine.simulated;

import java.util.PriorityQueue;

/** Virtual time, and what is to happen in it: in the order of time, and at one moment in the order in which it was asked for. */
final class VirtualTime {
    private record Event(long atNs, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNs != other.atNs ? Long.compare(atNs, other.atNs) : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNs;
    private long asked;

    long nowNs() {
        return nowNs;
    }

    void at(long atNs, Runnable action) {
        events.add(new Event(Math.max(atNs, nowNs), asked++, action));
    }

    void in(long delayNs, Runnable action) {
        at(nowNs + delayNs, action);
    }

    /** @return how much has happened so far that was asked for */
    long asked() {
        return asked;
    }

    /** Lets the next thing happen, if it is due by then. */
    boolean next(long untilNs) {
        Event event = events.peek();
        if (event == null || event.atNs() > untilNs) {
            nowNs = Math.max(nowNs, untilNs);
            return false;
        }
        events.poll();
        nowNs = event.atNs();
        event.action().run();
        return true;
    }
}
