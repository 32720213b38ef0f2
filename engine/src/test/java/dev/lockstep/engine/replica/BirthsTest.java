package dev.lockstep.engine.replica;

import static dev.lockstep.engine.replica.CoreOfOne.TIMEOUT_NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node that is to found a cluster with two others, which have not answered. */
final class BirthsTest {
    private final CoreOfOne one = new CoreOfOne(List.of(
            new Founder(1, MemberKind.VOTER, "a=h:1"),
            new Founder(2, MemberKind.VOTER, "b=h:2"),
            new Founder(3, MemberKind.VOTER, "c=h:3"),
            new Founder(4, MemberKind.OBSERVER, "d=h:4")));
    private final Births births = new Births(one.core, new NotingStage(), new WitnessRegister(null, false));

    @Test
    void forWhomItWaitsIsToldByNameAndOnlyWhenThatLasts() {
        one.pass(9 * TIMEOUT_NS);
        births.onTick();
        assertThat(one.listener.remarks).isEmpty();
        one.pass(TIMEOUT_NS);
        births.onTick();
        assertThat(one.listener.remarks).singleElement().asString().contains("not born yet: waiting for b=h:2, c=h:3");
    }
}
