package dev.lockstep.engine.replica;

import static dev.lockstep.engine.replica.CoreOfOne.HEARTBEAT_NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.NotingLinks.Said;
import dev.lockstep.engine.sbe.AppendReplyDecoder;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.testing.FrameMaker;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Node 1 brings its log to node 2, whatever that one holds, and whatever becomes of links and disks on the way. */
final class ReplicationTest {
    private static final long TERM = 99;

    /** The two, and what is on its way between them. */
    private static final class Pair {
        private final SplittableRandom random;
        private final CoreOfOne primary = new CoreOfOne(1, 300);
        private final CoreOfOne standby = new CoreOfOne(2, 300);
        private final Standbys standbys = new Standbys(primary.core);
        private final Replicator replicator = new Replicator(
                primary.core, standbys, new OfferedSnapshots(primary.core, standbys, new HeardCheckpoints()));
        private final ArrayDeque<Said> toStandby = new ArrayDeque<>();
        private final ArrayDeque<Said> toPrimary = new ArrayDeque<>();
        private LogReceiver receiver;
        private FrameRef shared = FrameRef.ORIGIN;

        Pair(long seed) {
            random = new SplittableRandom(seed);
            beginLogs();
            for (CoreOfOne each : new CoreOfOne[] {primary, standby}) {
                each.at(0, 0);
                each.beIn(ConfigTest.ofVoters(2), TERM);
            }
            standbys.onConfigs();
            restart();
            make(); // what a reign begins with
        }

        /** They have a beginning in common; what comes behind it is of other terms here and there. */
        private void beginLogs() {
            long term = 1;
            for (int i = random.nextInt(30); i > 0; i--) {
                term += random.nextInt(3) == 0 ? 1 : 0;
                int indexes = 1 + random.nextInt(4);
                shared = primary.append(term, indexes);
                standby.append(term, indexes);
            }
            for (int i = random.nextInt(30); i > 0; i--) {
                primary.append(term + 2, 1 + random.nextInt(4));
            }
            for (int i = random.nextInt(30); i > 0; i--) {
                standby.append(term + 1, 1 + random.nextInt(4));
            }
            standby.core.commit.advanceTo(random.nextLong(shared.index() + 1));
            primary.core.commit.advanceTo(shared.index());
            if (random.nextBoolean()) {
                standby.journal.compactBelow(standby.core.commit.index());
            }
            if (random.nextBoolean()) {
                primary.journal.compactBelow(shared.index() + 1 - random.nextInt(2));
            }
        }

        /** The standby comes anew, and nothing that was on its way comes any more. */
        private void restart() {
            toStandby.clear();
            toPrimary.clear();
            receiver = new LogReceiver(
                    standby.core,
                    new Cutter(standby.core, standby.orphans, new Told()),
                    new Damages(standby.core, new NotingStage()),
                    1);
            primary.up(2, 1);
            replicator.begin(standbys.at(2));
        }

        /** A turn of both; links are full, the standby's disk too, the link breaks, frames are made. */
        private void disturb() {
            primary.links.full(2, random.nextInt(4) == 0);
            standby.links.full(1, random.nextInt(4) == 0);
            standby.journal.isFull = random.nextInt(4) == 0;
            if (random.nextInt(3) == 0) {
                make();
            }
            if (random.nextInt(20) == 0) {
                restart();
            }
            turn(random.nextInt(4), random.nextInt(4));
        }

        private void heal() {
            primary.links.full(2, false);
            standby.links.full(1, false);
            standby.journal.isFull = false;
        }

        private void make() {
            FrameMaker maker =
                    new FrameMaker(64).after(primary.core.log.last()).term(TERM).next(1 + random.nextInt(4), 1);
            replicator.send(maker.buffer(), 0, maker.length());
            primary.core.log.append(maker.buffer(), 0, maker.length());
        }

        private void turn(int mostToStandby, int mostToPrimary) {
            primary.pass(HEARTBEAT_NS / 3);
            replicator.onTick();
            toStandby.addAll(primary.links.take());
            for (int i = 0; i < mostToStandby && !toStandby.isEmpty(); i++) {
                Said said = toStandby.poll();
                int length = said.bytes().capacity() - Outbox.APPEND_LENGTH;
                receiver.onAppend(said.append(), said.bytes(), Outbox.APPEND_LENGTH, length);
            }
            receiver.acknowledge();
            toPrimary.addAll(standby.links.take());
            for (int i = 0; i < mostToPrimary && !toPrimary.isEmpty(); i++) {
                hear(toPrimary.poll().appendReply());
            }
        }

        private void hear(AppendReplyDecoder reply) {
            Standby two = standbys.at(2);
            long index = reply.index();
            switch (AppendVerdict.of(reply.verdict())) {
                case MATCHED -> {
                    assertThat(standby.core.log.holding(index)).isEqualTo(primary.core.log.holding(index));
                    two.progressNs = index > two.matchedIndex ? primary.core.turn.nowNs() : two.progressNs;
                    two.matchedIndex = Math.max(two.matchedIndex, index);
                    replicator.onMatched(two, index);
                }
                case GAP -> replicator.onGap(two, index);
                case OTHER_HISTORY -> replicator.onOtherHistory(two, index, reply.commit());
                case BEFORE_BASE -> replicator.onBeforeBase(two, index);
                case NO_ROOM -> replicator.onNoRoom(two, index);
            }
        }

        private boolean isDone() {
            return standbys.at(2).isLive() && standby.core.log.last().equals(primary.core.log.last());
        }

        private void checkLogs() {
            assertThat(standby.core.log.last()).isEqualTo(primary.core.log.last());
            long first = Math.max(
                    standby.core.log.base().index(), primary.core.log.base().index());
            for (long index = first; index <= standby.core.log.lastIndex(); index++) {
                assertThat(standby.core.log.holding(index)).isEqualTo(primary.core.log.holding(index));
            }
            assertThat(standby.orphans.kept).allMatch(each -> each.index() > shared.index());
        }
    }

    @Test
    void whereverTwoLogsPartTheStandbyComesToHoldThePrimarysSoon() {
        for (int seed = 0; seed < 500; seed++) {
            Pair pair = new Pair(seed);
            int turns = 0;
            while (!pair.isDone()) {
                assertThat(++turns).as("turns of seed %d", seed).isLessThan(60);
                pair.turn(100, 100);
            }
            pair.checkLogs();
        }
    }

    @Test
    void whateverHappensOnTheWayTheStandbyComesToHoldThePrimarysInTheEnd() {
        for (int seed = 0; seed < 300; seed++) {
            Pair pair = new Pair(seed);
            for (int i = 0; i < 100; i++) {
                pair.disturb();
            }
            pair.heal();
            for (int turns = 0; !pair.isDone(); turns++) {
                assertThat(turns).as("turns of seed %d", seed).isLessThan(200);
                pair.turn(100, 100);
            }
            pair.checkLogs();
        }
    }
}
