package dev.lockstep.transport.aeron;

import dev.lockstep.transport.TestNetwork;
import dev.lockstep.transport.TransportContract;
import org.junit.jupiter.api.Nested;

/** A part of all datagrams is lost, in both directions: everything holds as if it were not. */
final class LossyTransportTest {
    @Nested
    final class OnePercent extends Lossy {
        OnePercent() {
            super(0.01);
        }
    }

    @Nested
    final class ThirtyPercent extends Lossy {
        ThirtyPercent() {
            super(0.30);
        }
    }

    abstract static class Lossy extends TransportContract {
        private final double loss;

        Lossy(double loss) {
            this.loss = loss;
        }

        @Override
        protected TestNetwork network() {
            AeronTestNetwork network = new AeronTestNetwork(settings -> settings);
            network.lose(loss);
            return network;
        }
    }
}
