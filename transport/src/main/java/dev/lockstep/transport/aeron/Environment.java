package dev.lockstep.transport.aeron;

import java.net.InetAddress;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * What a wire is surrounded by, and a test replaces.
 *
 * @param clock the time
 * @param lookup where hosts are
 * @param filter what becomes of datagrams
 */
record Environment(NanoClock clock, Names.Lookup lookup, DatagramFilter filter) {
    static final Environment SYSTEM =
            new Environment(SystemNanoClock.INSTANCE, InetAddress::getByName, DatagramFilter.ALL);
}
