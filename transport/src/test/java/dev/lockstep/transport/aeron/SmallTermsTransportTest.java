package dev.lockstep.transport.aeron;

import dev.lockstep.transport.TestNetwork;
import dev.lockstep.transport.TransportContract;
import dev.lockstep.transport.TransportSettings;

/** The smallest terms there are, so that terms and positions wrap many times. */
final class SmallTermsTransportTest extends TransportContract {
    @Override
    protected TestNetwork network() {
        return new AeronTestNetwork(
                settings -> settings.withTerms(new TransportSettings.Terms(64 << 10, 64 << 10, 64 << 10, 64 << 10)));
    }
}
