package dev.lockstep.engine.replica;

import static dev.lockstep.engine.replica.CoreOfOne.HEARTBEAT_NS;
import static dev.lockstep.engine.replica.CoreOfOne.TIMEOUT_NS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Node 1, the primary, hands over to node 2. */
final class HandoverTest {
    private final CoreOfOne one = new CoreOfOne();
    private final Standbys standbys = new Standbys(one.core);
    private final Handover handover = new Handover(one.core);
    private long last;

    @BeforeEach
    void begin() {
        one.at(0, 0);
        one.beIn(ConfigTest.ofVoters(3), 1);
        one.up(2, 1);
        standbys.onConfigs();
        last = one.append(1, 3).index();
        handover.begin(2);
    }

    @Test
    void theSuccessorIsAskedOnceWhenItHoldsAll() {
        standbys.at(2).matchedIndex = last - 1;
        handover.onTick(standbys);
        assertThat(one.links.take()).isEmpty();
        assertThat(handover.isUnderWay()).isTrue();
        standbys.at(2).matchedIndex = last;
        handover.onTick(standbys);
        assertThat(one.links.takeWords()).containsExactly("2: take over");
        handover.onTick(standbys);
        assertThat(one.links.take()).isEmpty();
        assertThat(handover.isUnderWay()).isTrue(); // nothing new is taken until it campaigns
    }

    @Test
    void ifItDoesNotTakeOverWithinTwoTimeoutsThePrimaryGoesOn() {
        standbys.at(2).matchedIndex = last;
        handover.onTick(standbys);
        one.pass(2 * TIMEOUT_NS - 1);
        handover.onTick(standbys);
        assertThat(handover.isUnderWay()).isTrue();
        one.pass(1);
        handover.onTick(standbys);
        assertThat(handover.isUnderWay()).isFalse();
        assertThat(one.listener.failures).containsExactly("no transfer to node 2");
    }

    @Test
    void ifSomebodyElseIsInItsPlaceThePrimaryGoesOnAtOnce() {
        one.replace(2);
        one.pass(HEARTBEAT_NS);
        handover.onTick(standbys);
        assertThat(handover.isUnderWay()).isFalse();
        assertThat(one.links.take()).isEmpty();
    }
}
