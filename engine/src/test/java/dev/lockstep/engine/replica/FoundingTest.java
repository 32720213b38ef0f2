package dev.lockstep.engine.replica;

import static dev.lockstep.engine.replica.CoreOfOne.TIMEOUT_NS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Role;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Node 1 founds an epoch. It is in term 3 of epoch 1; its log ends with index 6 of term 2. */
final class FoundingTest {
    private static final Config FIVE = ConfigTest.ofVoters(5);
    private static final long EPOCH = FIVE.epoch();
    private static final long ASKED = 1L << 32;

    private final CoreOfOne one = new CoreOfOne();
    private final NotingStage stage = new NotingStage();
    private final Cutter cutter = new Cutter(one.core, one.orphans, new Told());
    private final SnapshotFetcher fetcher = new SnapshotFetcher(one.core, cutter);
    private final UnbornEpoch unborn = new UnbornEpoch(one.core, stage, cutter);
    private final Founding founding = new Founding(one.core, stage, unborn, fetcher);
    private FrameRef last;

    /** What a node does that hears a primary, or does not. */
    private static final class Hearing extends Duty {
        private boolean hearsPrimary;

        @Override
        Role role() {
            return Role.STANDBY;
        }

        @Override
        void onTick() {}

        @Override
        boolean hearsPrimary() {
            return hearsPrimary;
        }

        @Override
        void read(long id) {}
    }

    private final Hearing duty = new Hearing();

    @BeforeEach
    void begin() {
        one.at(1_000_000_000, 0);
        one.beIn(FIVE, 3);
        for (int node = 2; node <= 5; node++) {
            one.up(node, 1);
        }
        one.append(1, 4);
        last = one.append(2, 2);
        stage.duty = duty;
    }

    /** A node answers that it holds what is required, and knows of nothing else that was committed. */
    private void reply(int from, long asked, long epoch, FrameRef its) {
        FrameRef required = one.core.committed();
        founding.onReply(from, asked, new Holding(required, true, required, epoch, its));
    }

    private List<String> said() {
        return one.links.takeWords();
    }

    private void tickFor(long ns) {
        one.pass(ns);
        founding.onTick();
    }

    @Test
    void thoseWhoAreLeftAreAskedForTheirPromisesOnceThisNodesOwnIsWritten() {
        List<Identity> promisedTo = new ArrayList<>();
        one.links.whenSaid = () -> promisedTo.add(one.ballots.read().ballot().votedFor());
        founding.begin(List.of(4, 5));
        assertThat(said()).containsExactly("2: promise " + ASKED, "3: promise " + ASKED);
        assertThat(promisedTo).containsOnly(one.core.identity());
        assertThat(one.core.promises.term()).isEqualTo(new Term(EPOCH, ASKED));
        assertThat(founding.isUnderWay()).isTrue();
        reply(2, ASKED, EPOCH, last);
        tickFor(TIMEOUT_NS - 1);
        assertThat(said()).isEmpty();
        tickFor(1);
        assertThat(said()).containsExactly("3: promise " + ASKED);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 6, 2, false",
        "1, 7, 2, true",
        "1, 4, 2, false",
        "1, 9, 1, false",
        "1, 5, 3, true",
        "2, 5, 1, true",
        "0, 99, 99, false"
    })
    void theBestLogGoesOnByEpochThenByTermThenByIndex(long epoch, long index, long term, boolean isThere) {
        founding.begin(List.of(3, 4, 5));
        said();
        reply(2, ASKED, epoch, new FrameRef(index, term, 77));
        founding.onTick();
        assertThat(said()).isEqualTo(isThere ? List.of("2: promote there") : List.of());
        assertThat(unborn.isExpected()).isEqualTo(!isThere);
        assertThat(one.core.log.lastIndex()).isEqualTo(isThere ? last.index() : last.index() + 1);
    }

    @Test
    void ofManyTheBestIsChosenInWhateverOrderTheyAnswer() {
        founding.begin(List.of());
        said();
        reply(4, ASKED, EPOCH, new FrameRef(8, 2, 77));
        reply(2, ASKED, EPOCH, new FrameRef(9, 2, 77));
        reply(5, ASKED, EPOCH, new FrameRef(7, 2, 77));
        founding.onTick();
        assertThat(said()).isEmpty(); // node 3 has not answered
        reply(3, ASKED, EPOCH, new FrameRef(20, 1, 77));
        founding.onTick();
        assertThat(said()).containsExactly("2: promote there");
        assertThat(founding.isUnderWay()).isFalse();
    }

    /** Terms that one campaigns for come one after the other. */
    @Test
    void theTermThatIsAskedForIsOneToWhichNoCampaignComes() {
        one.core.promises.raise(new Term(EPOCH, ASKED + 7));
        founding.begin(List.of(3, 4, 5));
        assertThat(said()).containsExactly("2: promise " + 2 * ASKED);
    }

    @Test
    void whoeverElseIsThereIsAskedAndAwaitedAsLongAsItIs() {
        one.up(6, 1);
        one.up(7, 1);
        one.up(8, 1);
        founding.begin(List.of(2, 3, 4, 5, 8));
        assertThat(said()).containsExactly("6: promise " + ASKED, "7: promise " + ASKED);
        reply(6, ASKED, EPOCH, new FrameRef(9, 2, 77)); // it does not vote, so its log cannot go on
        founding.onTick();
        assertThat(unborn.isExpected()).isFalse();
        one.core.peers.onDown(7);
        founding.onTick();
        assertThat(unborn.isExpected()).isTrue();
        assertThat(said()).isEmpty();
    }

    @Test
    void whatOnlyOneHoldsWhoDoesNotVoteIsNotLostInSilence() {
        FrameRef known = new FrameRef(9, 2, 900);
        FrameRef required = one.core.committed();
        one.up(6, 1);
        founding.begin(List.of(2, 3, 4, 5));
        founding.onReply(6, ASKED, new Holding(required, true, known, EPOCH, known));
        said();
        founding.onTick();
        assertThat(said()).containsExactly("6: promise " + ASKED);
        founding.onReply(6, ASKED, new Holding(known, true, known, EPOCH, known));
        founding.onTick();
        assertThat(one.listener.failures)
                .containsExactly("no promotion: index 9 was committed, and no voter that is left holds it;"
                        + " promote node 6 instead, or name it among the lost");
        assertThat(one.core.log.last()).isEqualTo(last);
    }

    @Test
    void anotherConfigurationEndsIt() {
        founding.begin(List.of(4, 5));
        one.append(6, FIVE.withRemoved(3));
        founding.onTick();
        assertThat(founding.isUnderWay()).isFalse();
        assertThat(one.listener.failures).singleElement().asString().contains("the configuration has changed");
    }

    /** What it said that it holds when it began may have been damaged since, and put aside. */
    @Test
    void whatItHoldsIsLookedUpWhenTheOthersHaveAnswered() {
        one.core.commitTo(last.index());
        founding.begin(List.of(3, 4, 5));
        one.core.log.setAsideFrom(5);
        founding.onReply(2, ASKED, new Holding(last, false, FrameRef.ORIGIN, EPOCH, FrameRef.ORIGIN));
        founding.onTick();
        assertThat(one.listener.failures)
                .containsExactly("no promotion: index 6 was committed, and no voter that is left holds it");
        assertThat(unborn.isExpected()).isFalse();
    }

    @Test
    void withoutRoomForItsOwnPromiseNothingHasBegun() {
        founding.begin(List.of(3, 4, 5));
        reply(2, ASKED, EPOCH, new FrameRef(9, 2, 77));
        founding.onTick();
        one.ballots.roomFor(0);
        assertThatThrownBy(() -> founding.begin(List.of(2, 3, 4, 5))).isInstanceOf(StorageException.DiskFull.class);
        said();
        tickFor(TIMEOUT_NS);
        assertThat(said()).containsExactly("2: promote there"); // as before
    }

    @Test
    void itsFirstFrameSaysWhereItForkedAndWhoIsLeft() {
        founding.begin(List.of(4, 5));
        reply(2, ASKED, EPOCH, last);
        reply(3, ASKED, EPOCH, last);
        founding.onTick();
        PlacedConfig placed = ConfigFrames.configOf(one.core.log.frameAt(7));
        assertThat(placed.term()).isEqualTo(ASKED);
        assertThat(placed.config().epoch() >>> 32).isEqualTo(1);
        assertThat(placed.config().lineage()).containsExactly(new Fork(EPOCH, last, ASKED, one.core.identity()));
        assertThat(placed.config().voters()).extracting(Member::node).containsExactly(1, 2, 3);
        assertThat(one.core.promises.term().epoch()).isEqualTo(EPOCH); // it is not born yet
        assertThat(founding.isUnderWay()).isTrue();
        unborn.onTick();
        assertThat(one.core.promises.term()).isEqualTo(new Term(placed.config().epoch(), ASKED));
        assertThat(one.core.commit.index()).isEqualTo(7);
        assertThat(stage.asked).endsWith("follow", "campaign");
        assertThat(founding.isUnderWay()).isFalse();
    }

    @Test
    void withoutRoomNothingIsFounded() {
        one.journal.isFull = true;
        founding.begin(List.of(2, 3, 4, 5));
        assertThat(one.core.log.last()).isEqualTo(last);
        assertThat(founding.isUnderWay()).isFalse();
        assertThat(one.core.config()).isEqualTo(FIVE);
        assertThat(one.listener.failures).hasSize(1).allMatch(each -> each.contains("no room"));
    }

    @Test
    void whoDoesNotAnswerEndsItAfterTwentyTimeouts() {
        founding.begin(List.of(4, 5));
        reply(2, ASKED, EPOCH, last);
        tickFor(20 * TIMEOUT_NS - 1);
        assertThat(founding.isUnderWay()).isTrue();
        tickFor(1);
        assertThat(founding.isUnderWay()).isFalse();
        assertThat(one.listener.failures).containsExactly("no promotion: nodes [3] did not answer");
        reply(3, ASKED, EPOCH, last);
        founding.onTick();
        assertThat(one.core.log.last()).isEqualTo(last);
    }

    @Test
    void whatWasNotAskedForCountsForNothing() {
        founding.begin(List.of(4, 5));
        said();
        reply(2, ASKED - 1, EPOCH, last);
        reply(4, ASKED, EPOCH, new FrameRef(50, 2, 77)); // is lost, says the operator
        one.replace(3);
        reply(3, ASKED, EPOCH, last);
        tickFor(TIMEOUT_NS);
        assertThat(said()).containsExactly("2: promise " + ASKED, "3: promise " + ASKED);
    }

    // ---- what it promises others

    @Test
    void whoHearsNoPrimaryPromisesOnceToEachTermAndHasWrittenThatBefore() {
        List<Identity> promisedTo = new ArrayList<>();
        one.links.whenSaid = () -> promisedTo.add(one.ballots.read().ballot().votedFor());
        founding.onRequest(2, ASKED, FrameRef.ORIGIN);
        assertThat(said()).containsExactly("2: promised " + ASKED + ", last 6 of epoch 1");
        founding.onRequest(3, ASKED, FrameRef.ORIGIN);
        founding.onRequest(3, ASKED - 1, FrameRef.ORIGIN);
        assertThat(said()).isEmpty();
        founding.onRequest(2, ASKED, FrameRef.ORIGIN);
        assertThat(said()).containsExactly("2: promised " + ASKED + ", last 6 of epoch 1");
        assertThat(promisedTo).containsOnly(new Identity(102));
        founding.onRequest(3, ASKED + 1, FrameRef.ORIGIN);
        assertThat(said()).containsExactly("3: promised " + (ASKED + 1) + ", last 6 of epoch 1");
        assertThat(one.core.promises.votedFor()).isEqualTo(new Identity(103));
        assertThat(stage.asked).containsExactly("follow", "follow");
    }

    @Test
    void whoHasHeardOfTheTermBeforeItIsAskedPromisesItAllTheSame() {
        one.core.promises.raise(new Term(EPOCH, ASKED));
        founding.onRequest(2, ASKED, FrameRef.ORIGIN);
        assertThat(said()).containsExactly("2: promised " + ASKED + ", last 6 of epoch 1");
        assertThat(one.core.promises.isPromisedTo(ASKED, new Identity(102))).isTrue();
        founding.onRequest(3, ASKED, FrameRef.ORIGIN);
        assertThat(said()).isEmpty();
    }

    @Test
    void whoseLogIsAboutToBeginBehindASnapshotPromisesNothingBeforeItDoes() {
        one.snapshots.keep(new FrameRef(9, 2, 77), FIVE);
        assertThat(founding.isHeldUp()).isTrue();
        founding.onRequest(2, ASKED, FrameRef.ORIGIN);
        assertThat(said()).isEmpty();
        fetcher.onTick();
        founding.onRequest(2, ASKED, FrameRef.ORIGIN);
        assertThat(said()).containsExactly("2: promised " + ASKED + ", last 9 of epoch 1");
    }

    @Test
    void whoHearsAPrimaryPromisesNothing() {
        duty.hearsPrimary = true;
        founding.onRequest(2, ASKED, FrameRef.ORIGIN);
        assertThat(said()).isEmpty();
        assertThat(one.core.promises.term().number()).isEqualTo(3);
    }

    @Test
    void whoPromisesAnotherOneMoreFoundsNothingItself() {
        founding.begin(List.of(4, 5));
        said();
        founding.onRequest(2, ASKED + 1, FrameRef.ORIGIN);
        assertThat(said()).containsExactly("2: promised " + (ASKED + 1) + ", last 6 of epoch 1");
        assertThat(founding.isUnderWay()).isFalse();
        assertThat(one.listener.failures).containsExactly("no promotion: another node asked for more");
        reply(2, ASKED, EPOCH, last);
        reply(3, ASKED, EPOCH, last);
        founding.onTick();
        assertThat(one.core.log.last()).isEqualTo(last);
    }

    /** Its log ends with a frame of an epoch that may never be: nobody is to found another one on it. */
    @Test
    void whoseOwnEpochIsNotBornPromisesNothing() {
        one.journal.isFlushedAtOnce = false;
        founding.begin(List.of(2, 3, 4, 5));
        assertThat(unborn.isExpected()).isTrue();
        founding.onRequest(2, 9 * ASKED, FrameRef.ORIGIN);
        assertThat(said()).isEmpty();
        assertThat(one.core.promises.votedFor()).isEqualTo(one.core.identity());
    }

    /** Node 3 knows that index 9 is committed; node 2 has a newer log, and another frame there. */
    @Test
    void whoeverGoesOnHoldsWhatAnyoneOfThoseWhoAreLeftKnowsToBeCommitted() {
        FrameRef known = new FrameRef(9, 2, 900);
        FrameRef required = one.core.committed();
        founding.begin(List.of(4, 5));
        said();
        founding.onReply(2, ASKED, new Holding(required, true, required, EPOCH, new FrameRef(9, 3, 901)));
        founding.onReply(3, ASKED, new Holding(required, true, known, EPOCH, known));
        founding.onTick();
        assertThat(said()).containsExactly("2: promise " + ASKED, "3: promise " + ASKED); // who holds that?
        founding.onReply(2, ASKED, new Holding(required, true, required, EPOCH, new FrameRef(9, 3, 901))); // late
        founding.onReply(2, ASKED, new Holding(known, false, required, EPOCH, new FrameRef(9, 3, 901)));
        founding.onTick();
        assertThat(said()).isEmpty();
        founding.onReply(3, ASKED, new Holding(known, true, known, EPOCH, known));
        founding.onTick();
        assertThat(said()).containsExactly("3: promote there");
    }

    @Test
    void whoIsToFoundItIsToldAgainUntilItAsksAndAtLastThatItDidNot() {
        founding.begin(List.of(3, 4, 5));
        said();
        reply(2, ASKED, EPOCH, new FrameRef(9, 2, 77));
        founding.onTick();
        assertThat(said()).containsExactly("2: promote there");
        tickFor(TIMEOUT_NS);
        assertThat(said()).containsExactly("2: promote there");
        tickFor(20 * TIMEOUT_NS);
        assertThat(said()).isEmpty();
        assertThat(one.listener.failures)
                .containsExactly("no promotion: node 2, which has the best log, did not found it;"
                        + " see there why, or name it among the lost");
    }

    @Test
    void whoIsOnItsWayToFoundItIsAwaitedAndItIsToldIfItDoesNot() {
        founding.begin(List.of(3, 4, 5));
        reply(2, ASKED, EPOCH, new FrameRef(9, 2, 77));
        founding.onTick();
        founding.onRequest(2, 2 * ASKED, FrameRef.ORIGIN);
        said();
        tickFor(20 * TIMEOUT_NS);
        assertThat(one.listener.failures).isEmpty();
        tickFor(20 * TIMEOUT_NS);
        assertThat(said()).isEmpty();
        assertThat(one.listener.failures)
                .containsExactly("no promotion: node 2, which has the best log, did not found it;"
                        + " see there why, or name it among the lost");
    }

    @Test
    void whoFoundsItInTheEndIsNoFailure() {
        founding.begin(List.of(3, 4, 5));
        reply(2, ASKED, EPOCH, new FrameRef(9, 2, 77));
        founding.onTick();
        founding.onRequest(2, 2 * ASKED, FrameRef.ORIGIN);
        tickFor(1);
        one.core.promises.raise(new Term(EPOCH + 1, 2 * ASKED));
        tickFor(30 * TIMEOUT_NS);
        assertThat(one.listener.failures).isEmpty();
    }
}
