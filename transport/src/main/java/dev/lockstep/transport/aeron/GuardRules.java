package dev.lockstep.transport.aeron;

import dev.lockstep.transport.TransportCounters;
import dev.lockstep.transport.TransportSettings;

/**
 * What the guards of one transport share. Belongs to the driver's thread, but for what says otherwise.
 *
 * @param settings what datagrams must fit
 * @param limits what fits a socket
 * @param filter what else is dropped
 * @param peers who is expected
 * @param misfits where to note who has other settings
 * @param counters what to count
 */
record GuardRules(
        TransportSettings settings,
        SocketLimits limits,
        DatagramFilter filter,
        ExpectedPeers peers,
        Misfits misfits,
        TransportCounters counters) {
    /** @return whether the log comes there */
    boolean isHot(int port) {
        return settings.self() != null && port == settings.self().port();
    }
}
