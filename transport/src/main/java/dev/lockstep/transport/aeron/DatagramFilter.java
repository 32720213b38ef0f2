package dev.lockstep.transport.aeron;

/** Decides which datagrams are heard. In production all are; tests lose some. Belongs to the driver's thread. */
@FunctionalInterface
interface DatagramFilter {
    /** Hears everything. */
    DatagramFilter ALL = (sessionId, isBackwards) -> true;

    /**
     * @param sessionId of the publication that it belongs to
     * @param isBackwards whether it goes from the receiver to the sender
     * @return whether it is heard
     */
    boolean accepts(int sessionId, boolean isBackwards);
}
