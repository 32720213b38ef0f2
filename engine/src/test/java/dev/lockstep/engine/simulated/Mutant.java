package dev.lockstep.engine.simulated;

import static dev.lockstep.engine.simulated.FaultKind.*;
import static dev.lockstep.engine.simulated.Mutation.*;

import dev.lockstep.engine.Mode;
import dev.lockstep.storage.node.Durability;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A safety rule of PROTOCOL L, or of J or the guard against drift behind them, that is switched off in the bytecode. Each says in which plans the rule is needed, and the
 * seed at which the search begins: that which found it when this was written, so that the test is quick. Where the code
 * has changed since, what a seed brings is another thing, and the search goes on from there.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions and an unmodifiable map
enum Mutant {
    // 1: vote durable before reply, own vote before request
    VOTE_NOT_WRITTEN(1, Mutant::any, 1, in("Promises", calls("write", "write", Wrong.REPLICA, "forgetVote"))),
    OWN_VOTE_NOT_WRITTEN(1, Mutant::any, 1, in("Promises", calls("write", "write", Wrong.REPLICA, "forgetOwnVote"))),
    VOTES_TWICE(1, has(PARTITIONS), 6, in("VoteRules", returns("hasVotedForAnother", false))),
    ELECTED_BY_FEW(1, Mutant::any, 3, in("Tally", returns("isMajority", true))),
    // 2: ballot raised and forced before acting on a higher term
    TERM_NOT_WRITTEN(2, Mutant::any, 1, in("Promises", calls("write", "write", Wrong.REPLICA, "forgetTerm"))),
    ACTS_BEFORE_IT_RAISES(2, has(PARTITIONS), 4, in("Incoming", without("onTermsMessage", "raise"))),
    // 3: pre-vote changes no state
    PRE_VOTE_IS_A_VOTE(3, has(PARTITIONS), 2, in("Elector", without("onRequest", "Candidacy", "isPreVote"))),
    // 4: a rejoining isolated node does not disturb the term
    DISTURBS(4, has(PARTITIONS), 32, in("VoteRules", returns("isDisturbing", false))),
    ASKS_NOBODY_FIRST(4, has(PARTITIONS), 2, in("Campaigning", takesForTrue("begin", "isLicensed"))),
    // 5: commit only current-term frames
    COMMITS_OLD_TERMS(5, has(PARTITIONS), 4, in("Reigning", returns("isOfThisReign", true))),
    ELECTS_AN_OLDER_LOG(5, has(PARTITIONS), 12, in("VoteRules", returns("isOlder", false))),
    // 6: no reads or voter CONFIG before the NO_OP commits
    READS_BEFORE_NO_OP(6, has(PARTITIONS), 4, in("ReadRounds", calls("indexToRead", "max", Wrong.REPLICA, "first"))),
    CONFIG_BEFORE_NO_OP(6, has(MEMBERSHIP), 19, in("Reigning", returns("hasCommittedInThisReign", true))),
    // 7: acknowledge only the matched prefix
    ACKNOWLEDGES_ALL_IT_HAS(
            7, Mutant::any, 7, in("LogReceiver", around("acknowledge", Wrong.REPLICA + "$AcknowledgeAll"))),
    // 8: stale flush completions ignored; the journal's part of it, for the replica asks the journal again
    STALE_FLUSH_COUNTS(
            8,
            has(PARTITIONS),
            31,
            in(
                    Wrong.JOURNAL,
                    does("flush", Wrong.PORTS, "flushWhateverWasCut")
                            .and(does("flushedIndex", Wrong.PORTS, "claimedIndex")))),
    // 9: truncate only where terms differ, never at or below commit
    CUTS_WHAT_IS_KNOWN(9, Mutant::any, 3, in("LogMatch", around("ofFrame", Wrong.REPLICA + "$CutWhatIsKnown"))),
    CUTS_WHAT_IS_COMMITTED(
            9,
            "SafetyOfLogsTest#nothingThatIsCommittedIsEverCut",
            in("Cutter", returns("isAboveCommit", true)),
            in(Wrong.JOURNAL, without("truncateFrom", "Invariant", "check"))),
    // 10: commit monotonic within a boot, term and epoch always
    COMMIT_GOES_BACK(10, Mutant::any, 2, in("CommitMark", around("advanceTo", Wrong.REPLICA + "$GoBack"))),
    COMMIT_FORGOTTEN(10, has(KILLS), 3, in("CommitMark", without("<init>", "commit"))),
    // 11: snapshot durable before the log is cut; stale snapshot refused; matching suffix kept
    SNAPSHOT_NOT_FORCED(
            11, has(SNAPSHOTS, POWER_CUTS), 240, in(Wrong.DISK, around("powerCut", Wrong.PORTS + "$LoseSnapshots"))),
    STALE_SNAPSHOT_TAKEN(11, has(SNAPSHOTS, DISORDER), 13, in("SnapshotFetcher", returns("isMissing", true))),
    // 12: messages across restarts
    GHOSTS_COUNT(12, has(GHOSTS), 4, in("Incoming", returns("isFromWhoIsThere", true))),
    OLD_START_COUNTS(
            12, "SafetyOfMessagesTest#aNewStartOfAStandbyBeginsWithNothing", in("Reports", doesNothing("forget"))),
    // 13: a deposed primary serves no linearizable read
    READS_UNCONFIRMED(13, has(PARTITIONS), 27, in("ReadRounds", returns("isConfirmed", true))),
    READS_AHEAD_OF_THE_COMMIT(13, Mutant::isAsync, 7, in(Wrong.PIPELINE + "ServedReads", returns("isConfirmed", true))),
    // 14: torn tail, lost suffix, damage told apart in both boots
    DAMAGE_IS_A_TORN_TAIL(
            14, has(DAMAGE, KILLS), 54, in(Wrong.START, around("inSameBoot", Wrong.PORTS + "$DamageIsTornTail"))),
    DAMAGE_IS_A_LOST_SUFFIX(
            14,
            has(DAMAGE, POWER_CUTS).and(Mutant::isFlushed),
            43,
            in(Wrong.START, around("inAnotherBoot", Wrong.PORTS + "$DamageIsLostSuffix"))),
    TORN_TAIL_IS_DAMAGE(14, has(KILLS), 3, in(Wrong.START, around("inSameBoot", Wrong.PORTS + "$TornTailIsDamage"))),
    LOST_SUFFIX_IS_DAMAGE(
            14, has(POWER_CUTS), 1, in(Wrong.START, around("inAnotherBoot", Wrong.PORTS + "$LostSuffixIsDamage"))),
    // 15: another boot and DIRTY never counts until recovered; the election counts enough whole nodes
    FORGETFUL_COUNTS(15, has(POWER_CUTS), 1, in(Wrong.START, returns("mayHaveForgotten", false))),
    NEVER_DIRTY(
            15,
            Mutant::any,
            1,
            in("Promises", doesNothing("beDirty")),
            in(Wrong.SIMULATED_START, calls("nextBallot", "withDirty", Wrong.PORTS, "same"))),
    NOT_MARKED(15, Mutant::any, 1, in("LogReceiver", without("promise", "CommitMark", "promise"))),
    RECOVERING_COUNTS(15, has(POWER_CUTS), 2, in("Reports", returns("counts", true))),
    FEW_WHOLE_ELECT(15, has(POWER_CUTS), 109, in("Tally", returns("areEnoughWhole", true))),
    WHOLE_AT_ONCE(15, has(POWER_CUTS), 143, in("Recovery", returns("hasComeFarEnough", true))),
    OTHER_CONFIG_ELECTS(
            15,
            "SafetyOfMembersTest#aRecoveringVoterElectsOnlyWhoHasTheVeryConfigurationThatItNoted",
            in("VoteRules", returns("hasSameConfig", true))),
    // 16: failed force fatal, and not trusted after restart
    FAILED_FORCE_TRIED_AGAIN(
            16,
            has(FAILING_DISKS),
            10,
            in(
                    Wrong.JOURNAL,
                    does("flush", Wrong.PORTS, "flushAgain").and(does("flushedIndex", Wrong.PORTS, "claimedIndex")))),
    FAILED_BALLOT_SHOWN(
            16, has(FAILING_SMALL_FILES), 15, in(Wrong.DEVICE, around("force", Wrong.PORTS + "$SwallowFailedForce"))),
    // 17: a wiped or unknown identity counts for nothing
    ANYBODY_COUNTS(
            17,
            has(LOST_DISKS),
            19,
            in("Peers", does("isNamed", Wrong.REPLICA, "isAnybody")),
            in("Standbys", returns("isNamed", true)),
            in(
                    "Births",
                    calls("onWelcome", "names", Wrong.REPLICA, "namesAnybody")
                            .and(calls("isAdopted", "names", Wrong.REPLICA, "namesAnybody")))),
    SET_BACK_TERM_UNSEEN(17, has(SET_BACK_DISKS), 570, in("Remembered", returns("hear", true))),
    SET_BACK_LOG_UNSEEN(17, has(SET_BACK_DISKS), 35, in("Reports", returns("offersLess", false))),
    SET_BACK_IS_HEARD(
            17, "SafetyOfSetBacksTest#whoIsRefusedIsNotAnswered", in("Peers", without("isCurrent", "isRefused"))),
    // 18: an exception in the journal stops the node; nothing passes unjournaled commands
    REFUSAL_SWALLOWED(18, has(FAILING_DISKS), 3, in(Wrong.JOURNAL, around("append", Wrong.PORTS + "$SwallowRefusal"))),
    // 19: a paused primary that wakes acknowledges nothing uncommitted
    ACKNOWLEDGES_AT_ITS_END(
            19, Mutant::any, 5, in("Acknowledgements", around("end", Wrong.REPLICA + "$EndAsCommitted"))),
    ACKNOWLEDGES_UNCOMMITTED(19, Mutant::any, 1, in("Reigning", around("reached", Wrong.REPLICA + "$ReachedHere"))),
    // 20: retries apply once; a gap is rejected
    RETRIES_APPLY_AGAIN(
            20, Mutant::any, 1, in(Wrong.PIPELINE + "SessionTable", around("admit", Wrong.SESSIONS + "$ApplyAgain"))),
    APPLIES_BEHIND_A_GAP(
            20,
            Mutant::any,
            1,
            in(Wrong.PIPELINE + "SessionTable", around("admit", Wrong.SESSIONS + "$ApplyBehindGap"))),
    SNAPSHOT_FORGETS_SESSIONS(
            20,
            has(SNAPSHOTS),
            1,
            in(Wrong.PIPELINE + "SessionTable", around("restore", Wrong.SESSIONS + "$ForgetSequence"))),
    SNAPSHOT_FORGETS_WHAT_IS_EXPECTED(
            20, has(SNAPSHOTS), 32, in(Wrong.PIPELINE + "SessionsCodec", without("load", "onCommand"))),
    // 21: unknown outcome is said
    FORGETS_WHAT_WAS_SENT(21, Mutant::any, 5, in(Wrong.PIPELINE + "SubmitterLane", doesNothing("onSequenced"))),
    GUESSES_IT_IS_NOT_APPLIED(
            21, Mutant::any, 5, in(Wrong.PIPELINE + "LocalSubmitter", without("tellEnded", "endedAfter"))),
    GUESSES_IT_IS_COMMITTED(
            21, Mutant::isAsync, 7, in(Wrong.PIPELINE + "SubmitterLane", returns("committedAtEnd", Long.MAX_VALUE))),
    // 22: old-term acknowledgements never count
    OLD_TERMS_COUNT(22, has(PARTITIONS), 7, in("Incoming", returns("isOld", false))),
    // 23: a standby's commit stays within the matched prefix
    COMMITS_BEYOND_MATCHED(23, Mutant::any, 27, in("LogReceiver", calls("commitTo", "min", Wrong.REPLICA, "first"))),
    // 24: a sent frame that cannot be appended ends the reign
    SENT_BEFORE_RESERVED(24, has(FULL_DISKS), 9, in("Sequencer", does("append", Wrong.REPLICA, "appendIfThereIsRoom"))),
    // 25: CRC difference at equal (index, term) never truncates; no simulated fault makes two sound frames of one term
    CUTS_WHAT_DIFFERS(
            25,
            "SafetyOfMessagesTest#ifBothFramesAreSoundBothNodesStopAndNothingIsCut",
            in(
                    "LogMatch",
                    around("ofFrame", Wrong.REPLICA + "$CutWhatDiffers")
                            .and(around("ofPrevious", Wrong.REPLICA + "$LookBackWhereItDiffers")))),
    // 26: birth only with all; wiped nodes cannot found a second cluster; a crash in the middle of birth heals
    BORN_WITHOUT_ALL(26, Mutant::any, 1, in("Births", returns("haveAllAnswered", true))),
    BORN_BEFORE_IT_IS_FORCED(26, Mutant::any, 1, in("Births", returns("isFirstFrameForced", true))),
    // 27: witness: no electable node lacks a committed frame
    WITNESS_ELECTS_ANYBODY(27, Plan::hasWitness, 120, in("WitnessRegister", returns("mayElect", true))),
    WITNESS_TAKES_OLD_NAMES(
            27,
            "SafetyOfWitnessTest#aRegisterThatComesLateOrTwiceDoesNotStandAgain",
            in("WitnessRegister", returns("isNews", true))),
    WITNESS_NAMES_WHO_LACKS(27, Plan::hasWitness, 75, in("WitnessLeash", returns("holdsAll", true))),
    WITNESS_IS_A_COPY(27, Plan::hasWitness, 2, in("Quorum", returns("copies", 1))),
    // 28: an epoch forks visibly, never merges silently
    YIELDS_TO_ANY_EPOCH(28, has(PROMOTES), 7_219, in("Epochs", calls("onNotice", "forkOf", Wrong.REPLICA, "anyFork"))),
    YIELDS_WITHOUT_CUTTING(28, has(PROMOTES), 1084, in("Epochs", returns("cutBeyond", true))),
    FOUNDS_IN_A_TERM_THAT_IS_OVER(
            28,
            "SafetyOfFoundingTest#anEpochIsNotBornInATermThatIsOver",
            in("UnbornEpoch", returns("isStillMine", true))),
    FOUNDS_WITHOUT_ITS_SNAPSHOT(
            28,
            "SafetyOfSnapshotsTest#noEpochIsFoundedOnALogThatIsAboutToBeginBehindASnapshot",
            in("Founding", returns("isHeldUp", false))),
    INSTALLS_WHAT_IS_OF_THE_PARENT(
            28,
            "SafetyOfSnapshotsTest#aSnapshotOfTheParentDoesNotReplaceTheLogOfAnEpochThatWasFoundedMeanwhile",
            in("SnapshotFetcher", doesNothing("orphanBeyond").and(without("isInstallDue", "logEpoch")))),
    FOUNDS_WHENEVER_IT_IS_ASKED(
            28,
            "SafetyOfDelegationTest#whoWasAskedLongAgoToFoundAnEpochDoesNotDoItNow",
            in("Acts", returns("isStillMeant", true))),
    HEARS_ONLY_VOTERS(
            28,
            "SafetyOfDelegationTest#whoIsNoVoterAndKnowsBetterIsHeardBeforeAnEpochIsFounded",
            in("Survivors", without("awaited", "isThereIn"))),
    FOUNDS_WHEN_IT_COMES_BACK(
            28,
            "SafetyOfFoundingTest#aPromotionThatWasInterruptedDoesNotUndoWhatTheOthersHaveCommittedSince",
            in("UnbornEpoch", without("giveUpWhatWasBegunBefore", "tellThatItIsGivenUp"))),
    TAKES_TWO_EPOCHS_FOR_ONE(28, has(PROMOTES), 101_024, in("Core", returns("isLogOfThisEpoch", true))),
    // 29: damage never lets a node vote as if whole
    DAMAGE_IS_FORGOTTEN(29, has(DAMAGE), 107, in("Promises", doesNothing("beRecovering"))),
    VOTES_AS_IF_WHOLE(29, has(DAMAGE), 54, in("Outbox", without("voteReply", "isRecovering"))),
    // 30: a stalled node does not depose a healthy primary
    STALL_FORGIVES_NOBODY(30, has(PAUSES), 13, in("Turn", returns("isStall", false))),
    // 31: one uncommitted voter CONFIG at a time; truncated CONFIGs are undone
    MANY_CONFIGS_AT_ONCE(31, has(MEMBERSHIP), 9, in("Configs", returns("isOneUncommitted", false))),
    CUT_CONFIG_STAYS(31, has(MEMBERSHIP), 425, in("Configs", doesNothing("onCut"))),
    // 32: replay with skips equals live apply
    SKIPS_WHAT_IS_NOT_COMMITTED(
            32,
            "SafetyOfSkipsTest#nothingIsSkippedBeforeTheDecisionIsCommittedNorIfItIsCut",
            in("Replica", calls("skips", "at", Wrong.REPLICA, "newest"))),
    SKIPS_ARE_FORGOTTEN(
            32,
            "SafetyOfSkipsTest#allKnowWhatIsSkippedAlsoWhoComesLaterAndWhoIsStartedAnew",
            in("ConfigCodec", returns("skips", List.of()))),
    APPLIES_WHAT_IS_SKIPPED(
            32,
            "pipeline.AppliedStateTest#aCommandThatIsSkippedIsNotAppliedHoweverOftenItComesAndWhatFollowsIs",
            in(Wrong.PIPELINE + "Skips", returns("includeCommand", false))),
    // PROTOCOL J: timers
    NOBODY_BRINGS_THE_TIME(33, Mutant::any, 1, in(Wrong.PIPELINE + "HotAgent", doesNothing("proposeTimer"))),
    TIMERS_FIRE_AMONG_COMMANDS(33, Mutant::any, 1, in(Wrong.PIPELINE + "AppliedCluster", without("schedule", "max"))),
    TIMERS_ARE_NOT_SAVED(
            33,
            Mutant::any,
            1,
            in(Wrong.PIPELINE + "TimersCodec", without("save", "forEach").and(without("save", "size")))),
    TIMERS_ARE_NOTHING_NEW_TO_WHO_LOOKED(
            33, Mutant::any, 4, in(Wrong.PIPELINE + "AppliedState", without("fireTimer", "SessionTable", "onCommand"))),
    // the guard against states that drift apart
    NOBODY_IS_JUDGED(34, has(DRIFT), 7, in(Wrong.PIPELINE + "Checkpoints", doesNothing("judge"))),
    WHAT_WAS_NOT_COMPARED_IS_OFFERED(34, has(DRIFT), 1539, in("OfferedSnapshots", returns("isProven", true))),
    WHAT_IS_DISPUTED_IS_OFFERED(
            34,
            "replica.OfferedSnapshotsTest#whileItIsDisputedNoneIsOfferedThatWasNotRightBefore",
            in("OfferedSnapshots", returns("isDoubtful", false))),
    WHAT_WAS_NOT_COMPARED_IS_FETCHED(
            34,
            has(DRIFT),
            320,
            in("CheckpointRounds", returns("vets", true)),
            in("SnapshotServer", returns("isSound", true))),
    A_DRIFTED_PRIMARY_GOES_ON(34, has(DRIFT), 452, in("CheckpointRounds", doesNothing("handOver"))),
    ;

    /** From this line on the rules are those of whoever applies, not of the replica alone. */
    private static final int FIRST_OF_ENGINES = 33;

    /** Where what is wrong on purpose stands, and classes that are not the replica's. */
    private static final class Wrong {
        static final String REPLICA = "dev.lockstep.engine.replica.Wrongly";
        static final String PIPELINE = "dev.lockstep.engine.pipeline.";
        static final String SESSIONS = "dev.lockstep.engine.pipeline.WrongSessions";
        static final String PORTS = "dev.lockstep.engine.simulated.WrongPorts";
        static final String DEVICE = "dev.lockstep.engine.simulated.SimulatedDevice";
        static final String DISK = "dev.lockstep.engine.simulated.SimulatedDisk";
        static final String JOURNAL = "dev.lockstep.engine.simulated.SimulatedJournal";
        static final String SIMULATED_START = "dev.lockstep.engine.simulated.SimulatedStart";
        static final String START = "dev.lockstep.storage.ballot.StartDecision";
    }

    /** A class, and how it is changed. */
    private record Change(String className, Mutation mutation) {}

    final int safetyLine;
    /** Null if the simulation finds it. */
    final String script;

    final Predicate<Plan> plans;
    final long firstSeed;
    final Map<String, Mutation> changes;

    /**
     * One that the simulation finds.
     *
     * @param safetyLine of PROTOCOL L
     * @param plans those that may find it
     * @param firstSeed where the search begins: a little before the first that finds it, so that the test is quick
     * @param changes more than one where a rule is kept in several places
     */
    Mutant(int safetyLine, Predicate<Plan> plans, long firstSeed, Change... changes) {
        this(safetyLine, null, plans, firstSeed, changes);
    }

    /**
     * One that takes an exact schedule.
     *
     * @param safetyLine of PROTOCOL L
     * @param script the test that plays it: its class, and its method
     * @param changes more than one where a rule is kept in several places
     */
    Mutant(int safetyLine, String script, Change... changes) {
        this(safetyLine, script, plan -> false, 0, changes);
    }

    Mutant(int safetyLine, String script, Predicate<Plan> plans, long firstSeed, Change... changes) {
        this.safetyLine = safetyLine;
        this.script = script;
        this.plans = plans;
        this.firstSeed = firstSeed;
        this.changes =
                Arrays.stream(changes).collect(Collectors.toUnmodifiableMap(Change::className, Change::mutation));
    }

    /** @param className of the replica, or with its package */
    private static Change in(String className, Mutation mutation) {
        return new Change(className.contains(".") ? className : "dev.lockstep.engine.replica." + className, mutation);
    }

    private static boolean any(Plan plan) {
        return true;
    }

    private static Predicate<Plan> has(FaultKind... kinds) {
        return plan -> {
            for (FaultKind each : kinds) {
                if (!plan.has(each)) {
                    return false;
                }
            }
            return true;
        };
    }

    private static boolean isAsync(Plan plan) {
        return plan.mode() == Mode.ASYNC;
    }

    /** @return the plan of a seed: of whole engines where it is the engine's rule */
    Plan plan(long seed) {
        Plan drawn = Plan.drawn(seed);
        boolean isOfEngines = safetyLine >= FIRST_OF_ENGINES
                || changes.keySet().stream().anyMatch(each -> each.startsWith(Wrong.PIPELINE));
        return isOfEngines ? drawn.ofEngines() : drawn;
    }

    private static boolean isFlushed(Plan plan) {
        return plan.durability() == Durability.FLUSHED;
    }
}
