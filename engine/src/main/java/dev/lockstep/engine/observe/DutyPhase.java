package dev.lockstep.engine.observe;

/** What the hot thread is at. The numbers are what tools go by: they stay as they are. */
public enum DutyPhase {
    /**
     * At nothing: it found nothing to do, or is between two cycles. If that takes long, the machine or the collector has
     * stopped the process, or the application has not called poll().
     */
    IDLE(0),
    /** It polls the links, and handles what comes. */
    LINKS(1),
    /** It drains the ring of commands. */
    INGRESS(2),
    /** It journals, sends, counts acknowledgements. */
    REPLICA(3),
    /** It applies commands: the application's own code. */
    APPLY(4),
    /** It invokes the media driver. */
    DRIVER(5);

    private final int number;

    DutyPhase(int number) {
        this.number = number;
    }

    /** @return its value in {@link EngineCounter#LONGEST_DUTY_CYCLE_CAUSE} */
    public int number() {
        return number;
    }
}
