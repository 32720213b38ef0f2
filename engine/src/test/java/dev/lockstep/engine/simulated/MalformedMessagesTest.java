package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.sbe.EpochNoticeEncoder;
import dev.lockstep.engine.sbe.MessageHeaderEncoder;
import dev.lockstep.engine.sbe.PromoteThereEncoder;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Messages of every kind, changed at random, come from members, in their name and of their present start, to nodes in every
 * role. Each is taken or dropped: nothing is read beyond its end, nothing is thrown, and no node stops but for what two
 * sound members can never have said.
 */
final class MalformedMessagesTest {
    private static final int MESSAGES = 6_000;
    private static final int MESSAGES_A_CLUSTER = 50;
    private static final int MOST_BYTES = 1024;
    /** One of two has broken its promise, and nobody can say which: then a node stops, and says so. */
    private static final List<String> BROKEN_PROMISES = List.of(
            "two primaries in one term",
            "a standby holds more than was sent",
            "hold different frames of one term",
            "a cut at or below the commit");

    /** To whom they come. */
    private enum Receiver {
        PRIMARY(1),
        STANDBY(2),
        CANDIDATE(3),
        RECOVERING(3),
        FETCHING(3),
        UNBORN(3),
        WITNESS(3);

        private final int node;

        Receiver(int node) {
            this.node = node;
        }

        private ScriptedCluster begin() {
            return switch (this) {
                case PRIMARY, STANDBY -> reigning();
                case CANDIDATE -> campaigning();
                case RECOVERING -> recovering();
                case FETCHING -> fetching();
                case UNBORN -> unborn();
                case WITNESS -> witnessing();
            };
        }

        private static ScriptedCluster reigning() {
            ScriptedCluster c = ScriptedCluster.of(3);
            c.reign(1, 2, 3);
            c.flushAll();
            c.act(2, replica -> replica.read(7));
            c.commit(1);
            c.snapshot(1);
            c.snapshot(2);
            return c;
        }

        private static ScriptedCluster campaigning() {
            ScriptedCluster c = reigning();
            c.askForPreVotes(3);
            return c;
        }

        private static ScriptedCluster recovering() {
            ScriptedCluster c = reigning();
            c.powerCut(3);
            c.start(3);
            c.deliver(1, 3);
            c.deliver(3, 1);
            assertThat(c.replica(3).isRecovering()).isTrue();
            return c;
        }

        private static ScriptedCluster fetching() {
            ScriptedCluster c = reigning();
            c.kill(3);
            c.commit(1);
            c.flushAll();
            FrameRef snapshot = c.snapshot(1);
            c.compact(1, snapshot);
            c.start(3);
            for (int i = 0; i < 100 && c.sentBy(3, Kind.CHUNK_REQUEST).isEmpty(); i++) {
                c.tick(10);
                c.deliver(1, 3);
                c.deliver(3, 1);
            }
            c.deliver(3, 1);
            return c;
        }

        private static ScriptedCluster unborn() {
            ScriptedCluster c = ScriptedCluster.unborn(3);
            for (int node = 1; node <= 3; node++) {
                c.start(node);
            }
            c.hold(1, 3);
            c.hold(2, 3);
            for (int i = 0; i < 10; i++) {
                c.tick(10);
                c.deliverAll();
                c.flushAll();
            }
            return c;
        }

        private static ScriptedCluster witnessing() {
            ScriptedCluster c = ScriptedCluster.withWitness();
            c.reign(1, 2);
            return c;
        }
    }

    @ParameterizedTest
    @EnumSource
    void whateverAMessageSaysItIsTakenOrDropped(Receiver receiver) {
        SplittableRandom random = new SplittableRandom(receiver.name().hashCode());
        MessageMutator mutator = new MessageMutator(random);
        ScriptedCluster c = receiver.begin();
        List<ScriptedLetter> said = said(c, receiver.node);
        for (int i = 0; i < MESSAGES; i++) {
            if (i % MESSAGES_A_CLUSTER == 0 || !c.node(receiver.node).isRunning()) {
                c = receiver.begin();
                said = said(c, receiver.node);
            }
            ScriptedLetter letter = mutator.mutated(said.get(random.nextInt(said.size())));
            try {
                c.deliver(letter);
                c.tick(random.nextInt(10) == 0 ? 10 : 0);
            } catch (RuntimeException e) {
                throw new AssertionError("message " + i + " is " + letter, e);
            }
            if (!c.node(receiver.node).isRunning()) {
                checkThatAPromiseWasBroken(c.node(receiver.node).failure, letter);
            }
        }
    }

    private static void checkThatAPromiseWasBroken(Throwable failure, ScriptedLetter letter) {
        boolean isBroken = failure instanceof Invariant.Violation
                && BROKEN_PROMISES.stream().anyMatch(failure.getMessage()::contains);
        if (!isBroken) {
            throw new AssertionError("a node has stopped at " + letter, failure);
        }
    }

    /** @return what others have said in their present starts, as if they had all said it to one node */
    private static List<ScriptedLetter> said(ScriptedCluster c, int node) {
        List<ScriptedLetter> said = new ArrayList<>();
        for (ScriptedLetter each : c.links.sent()) {
            if (each.from() != node
                    && each.stamp().start() == c.ballot(each.from()).startCounter()) {
                said.add(each.to(node));
            }
        }
        assertThat(said).hasSizeGreaterThan(5);
        ScriptedLetter any = said.get(0);
        if (c.commitOf(any.from()) > 0) {
            byte[] config = configOf(c.replica(any.from())); // what carries one is seldom said, and there is much in it
            for (int i = 0; i < said.size() / 10; i++) {
                said.add(epochNotice(any, config));
                said.add(promoteThere(any));
            }
        }
        return said;
    }

    private static byte[] configOf(Replica replica) {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        byte[] config = new byte[replica.configAt(replica.commitIndex(), buffer, 0)];
        buffer.getBytes(0, config);
        return config;
    }

    private static ScriptedLetter epochNotice(ScriptedLetter any, byte[] config) {
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[MOST_BYTES]);
        EpochNoticeEncoder message = new EpochNoticeEncoder().wrapAndApplyHeader(bytes, 0, new MessageHeaderEncoder());
        any.sign(message.stamp());
        message.putConfig(config, 0, config.length);
        return any.saying(cut(bytes, message.limit()));
    }

    private static ScriptedLetter promoteThere(ScriptedLetter any) {
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[MOST_BYTES]);
        PromoteThereEncoder message =
                new PromoteThereEncoder().wrapAndApplyHeader(bytes, 0, new MessageHeaderEncoder());
        any.sign(message.stamp());
        message.putLost(new byte[] {1}, 0, 1);
        return any.saying(cut(bytes, message.limit()));
    }

    private static UnsafeBuffer cut(UnsafeBuffer bytes, int length) {
        return new UnsafeBuffer(Arrays.copyOf(bytes.byteArray(), length));
    }
}
