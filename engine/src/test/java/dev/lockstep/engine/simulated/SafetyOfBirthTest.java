package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.MessageHeaderEncoder;
import dev.lockstep.engine.sbe.WelcomeDecoder;
import dev.lockstep.engine.sbe.WelcomeEncoder;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Safety line 26: a cluster is born once, by all of its voters. */
final class SafetyOfBirthTest {
    private static final int CALLS_OF_A_BIRTH = 120;

    private static void run(ScriptedCluster c, int times) {
        for (int i = 0; i < times; i++) {
            c.tick(10);
            c.deliverAll();
            c.flushAll();
        }
    }

    @Test
    void noClusterIsBornWhileOneVoterHasNotAnswered() {
        ScriptedCluster c = ScriptedCluster.unborn(3);
        c.start(1);
        c.start(2);
        run(c, 100);
        assertThat(c.replica(1).role()).isEqualTo(Role.UNBORN);
        assertThat(c.last(1).index()).isZero();
        c.start(3);
        c.beBorn();
    }

    @Test
    void anAnswerOfSomebodyWhoIsGoneDoesNotCount() {
        ScriptedCluster c = ScriptedCluster.unborn(3);
        c.start(1);
        c.start(3);
        run(c, 20);
        c.kill(3);
        c.start(2);
        run(c, 50);
        assertThat(c.last(1).index()).isZero();
    }

    @Test
    void theFirstFrameIsOnTheDeviceBeforeAnybodyIsToldOfIt() {
        ScriptedCluster c = ScriptedCluster.unborn(3);
        for (int node = 1; node <= 3; node++) {
            c.start(node);
        }
        for (int i = 0; i < 30; i++) {
            c.tick(10);
            c.deliverAll();
        }
        assertThat(c.last(1).index()).isEqualTo(1);
        assertThat(c.replica(1).role()).isEqualTo(Role.UNBORN);
        assertThat(c.sentBy(1, Kind.WELCOME)).isEmpty();
        c.beBorn();
        for (int node = 1; node <= 3; node++) {
            for (ScriptedLetter each : c.sentBy(node, Kind.WELCOME)) {
                assertThat(each.durableIndex()).isPositive();
                assertThat(each.ballot().clusterId().isPresent()).isTrue();
            }
        }
    }

    @Test
    void whoDiffersInTheMemberListIsNotCountedAndBothListsAreNamed() {
        ScriptedCluster c = ScriptedCluster.unborn(3);
        c.node(2).settings = ScriptedCluster.unborn(2).node(2).settings;
        for (int node = 1; node <= 3; node++) {
            c.start(node);
        }
        run(c, 50);
        assertThat(c.last(1).index()).isZero();
        assertThat(c.heard(1).remarks)
                .anySatisfy(each ->
                        assertThat(each).contains("1=node1,2=node2,3=node3").endsWith("1=node1,2=node2"));
    }

    /** Two of three have lost their disks, among them the one that would found a cluster. */
    @Test
    void nodesWithNewDisksFoundNoSecondCluster() {
        ScriptedCluster c = ScriptedCluster.of(3);
        ClusterId cluster = c.replica(3).config().clusterId();
        c.wipe(1);
        c.wipe(2);
        c.start(1);
        c.start(2);
        run(c, 100);
        c.restart(3);
        run(c, 100);
        assertThat(c.last(1).index()).isZero();
        assertThat(c.last(2).index()).isZero();
        assertThat(c.replica(3).config().clusterId()).isEqualTo(cluster);
    }

    /** A welcome that was meant for the identity before. */
    @Test
    void whoIsNotNamedIsNotTakenIn() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.wipe(3);
        c.start(3);
        c.deliver(c.lastSent(1, 3, Kind.WELCOME));
        run(c, 5);
        assertThat(c.replica(3).role()).isEqualTo(Role.UNBORN);
        assertThat(c.last(3).index()).isZero();
    }

    /** The answer that one had never been a member is older than what it says of itself now. */
    @Test
    void whoWasBornMeanwhileIsNotTakenForUnborn() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.wipe(1);
        c.wipe(2);
        c.start(1);
        c.start(2);
        run(c, 20);
        List<ScriptedLetter> old = new ArrayList<>();
        for (ScriptedLetter each : c.sentBy(3, Kind.UNBORN)) {
            if (each.to() == 1) {
                old.add(each);
            }
        }
        assertThat(old).isNotEmpty();
        old.forEach(c::deliver);
        run(c, 20);
        assertThat(c.last(1).index()).isZero();
    }

    /** A node dies at any call of anything that it acts through while it is born, and is started again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aProcessThatDiesWhileItIsBornIsBornWhenItComesBack(int node) {
        for (int calls = 0; calls < CALLS_OF_A_BIRTH; calls++) {
            dieWhileBeingBorn(node, calls, false);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aMachineThatGoesDownWhileItsNodeIsBornIsBornWhenItComesBack(int node) {
        for (int calls = 0; calls < CALLS_OF_A_BIRTH; calls++) {
            dieWhileBeingBorn(node, calls, true);
        }
    }

    private static void dieWhileBeingBorn(int node, int calls, boolean isPowerCut) {
        ScriptedCluster c = ScriptedCluster.unborn(3);
        for (int each = 1; each <= 3; each++) {
            c.start(each);
        }
        c.node(node).started.life().crashAfter(calls);
        run(c, 8);
        if (isPowerCut) {
            c.powerCut(node);
        } else if (c.node(node).isRunning()) {
            c.node(node).started.life().crashAfter(-1); // it was born before
        }
        if (!c.node(node).isRunning()) {
            c.start(node);
        }
        run(c, 30);
        c.beBorn();
        ClusterId cluster = c.replica(1).config().clusterId();
        for (int each = 1; each <= 3; each++) {
            assertThat(c.replica(each).config().clusterId()).isEqualTo(cluster);
            assertThat(c.disk(each).holding(1)).isEqualTo(c.disk(1).holding(1));
        }
        c.reign(2, 1, 3);
        run(c, 10);
        c.commit(2);
    }

    /** Its first frame is none that this version can read: whoever waits to be taken in waits on, and says why. */
    @Test
    void aFirstFrameThatCannotBeReadIsNotAdopted() {
        ScriptedCluster c = ScriptedCluster.unborn(3);
        c.start(1);
        c.start(2);
        c.start(3);
        c.hold(1, 3);
        c.hold(2, 3);
        run(c, 20);
        c.hold(3, 1);
        c.release(1, 3);
        ScriptedLetter real = c.lastSent(1, 3, Kind.WELCOME);
        c.lose(1, 3);
        FrameEncoder other = new FrameEncoder(256, 64);
        other.start(FrameType.CONFIG)
                .term(1)
                .after(FrameRef.ORIGIN)
                .clusterTimeNs(1)
                .stateMachineVersion(1);
        other.add(new UnsafeBuffer(new byte[40]), 0, 40);
        other.seal();
        WelcomeDecoder said = new WelcomeDecoder().wrapAndApplyHeader(real.bytes(), 0, new MessageHeaderDecoder());
        byte[] config = new byte[said.configLength()];
        said.getConfig(config, 0, config.length);
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[4096]);
        WelcomeEncoder message = new WelcomeEncoder().wrapAndApplyHeader(bytes, 0, new MessageHeaderEncoder());
        real.sign(message.stamp());
        message.putConfig(config, 0, config.length).putFirstFrame(other.buffer(), 0, other.length());
        c.deliver(real.saying(bytes));
        assertThat(c.last(3).index()).isZero();
        assertThat(c.replica(3).role()).isEqualTo(Role.UNBORN);
        assertThat(c.heard(3).remarks).anyMatch(each -> each.contains("cannot read"));
        c.deliver(real);
        assertThat(c.last(3).index()).isEqualTo(1);
    }
}
