package dev.lockstep.engine.simulated;

/**
 * The safety list (PROTOCOL L), and for each line the scripted tests that show it: the very schedule that breaks a wrong
 * implementation. Nearly all were seen to fail on one.
 *
 * <ol>
 *   <li>{@link SafetyOfVotesTest#aVoteIsOnTheDeviceBeforeItsReplyLeaves},
 *       {@link SafetyOfVotesTest#aCandidateHasElectedItselfOnItsDeviceBeforeItAsksAnybody},
 *       {@link SafetyOfVotesTest#aVoterThatWasStartedAnewElectsNobodyElseInTheSameTerm},
 *       {@link SafetyOfFullDisksTest#aVoteThatCannotBeWrittenIsNotGiven},
 *       {@link SafetyOfFullDisksTest#whoCannotElectItselfAsksForNoVotes}
 *   <li>{@link SafetyOfVotesTest#aHigherTermIsOnTheDeviceBeforeAnythingThatFollowsFromItLeaves},
 *       {@link SafetyOfVotesTest#aNodeThatCannotRaiseItsBallotStopsAndSaysNothing}; that it is written atomically is
 *       storage's, and tested there
 *   <li>{@link SafetyOfVotesTest#aPreVoteChangesNothingForAnybody}
 *   <li>{@link SafetyOfVotesTest#aNodeThatWasCutOffAndComesBackDisturbsNobody},
 *       {@link SafetyOfVotesTest#whoHearsAPrimaryNeitherElectsAnybodyElseNorRaisesItsTerm}
 *   <li>{@link SafetyOfLogsTest#aFrameOfAnEarlierTermIsNotCommittedByCounting},
 *       {@link SafetyOfLogsTest#norIsTheNoOpOfAnEarlierTerm},
 *       {@link SafetyOfLogsTest#aFrameOfThePresentTermCommitsAllBeforeItAndNobodyWithoutItIsElected}
 *   <li>{@link SafetyOfVotesTest#noReadIsAnsweredBeforeTheFirstFrameOfTheReignIsCommitted},
 *       {@link SafetyOfMembersTest#noVoterChangesBeforeTheFirstFrameOfTheReignIsCommitted}
 *   <li>{@link SafetyOfLogsTest#onlyThePrefixThatMatchedIsAcknowledged}
 *   <li>{@link SafetyOfLogsTest#aFlushOfWhatWasCutMeanwhileProvesNothing}
 *   <li>{@link SafetyOfLogsTest#anAppendThatComesAgainCutsNothing}, {@link SafetyOfLogsTest#nothingThatIsCommittedIsEverCut},
 *       {@link SafetyOfFullDisksTest#nothingIsCutThatCannotBeKeptAside},
 *       {@link SafetyOfFullDisksTest#whatIsKeptAsideBeforeThereIsRoomForTheCutIsKeptOnce},
 *       {@link SafetyOfFullDisksTest#whatCouldNeitherBeKeptAsideNorCutIsKeptOnce}
 *   <li>{@link SafetyOfLogsTest#aNodeThatWasKilledKnowsWhatItKnewToBeCommitted},
 *       {@link SafetyOfLogsTest#anOlderCommitTakesNothingBack}, {@link SafetyOfLogsTest#aPowerCutTakesNoTermBack}
 *   <li>{@link SafetyOfDisksTest#theLogNeverBeginsBehindASnapshotThatIsNotThere},
 *       {@link SafetyOfDisksTest#aSnapshotThatBringsNothingNewIsRefused},
 *       {@link SafetyOfDisksTest#whatMatchesBehindASnapshotStays},
 *       {@link SafetyOfSmallFilesTest#aSnapshotIsInstalledWholeOnceThereIsRoomToNoteItsConfiguration}
 *   <li>{@link SafetyOfMessagesTest#whatTheDeadHaveSaidMovesNobody},
 *       {@link SafetyOfMessagesTest#framesAndAnswersInAnyOrderComeToTheSame},
 *       {@link SafetyOfMessagesTest#whatAStandbyAcknowledgedBeforeItDiedDoesNotCountAfterwards},
 *       {@link SafetyOfMessagesTest#aNewStartOfAStandbyBeginsWithNothing},
 *       {@link SafetyOfMessagesTest#whatAProcessBeforeHasAskedForAnswersNoRead}; what no member can have said:
 *       {@link SafetyOfMessagesTest#whatNoMemberCanHaveSaidMovesNobody}, {@link MalformedMessagesTest}
 *   <li>{@link SafetyOfVotesTest#aPrimaryThatWasDeposedUnseenAnswersNoRead},
 *       {@link SafetyOfVotesTest#whatWasSaidBeforeAReadWasAskedForDoesNotConfirmIt},
 *       {@link SafetyOfVotesTest#aReadThatComesAfterARoundWasSentWaitsForTheNextOne},
 *       {@link SafetyOfVotesTest#aPrimaryThatNobodyAnswersStepsDown}
 *   <li>{@link SafetyOfDisksTest#aTornTailIsNoReasonToRecover},
 *       {@link SafetyOfDisksTest#aLostSuffixMakesANodeRecoverThatHasAcknowledgedIt},
 *       {@link SafetyOfDisksTest#aLostSuffixIsNoReasonToRecoverWhereOnlyWhatIsFlushedCounts},
 *       {@link SafetyOfDisksTest#damageMakesANodeRecoverInEitherBoot}; how they are told apart is storage's
 *   <li>{@link SafetyOfDisksTest#aNodeThatPromisesWhatIsNotFlushedHasSaidSoInItsBallotBefore},
 *       {@link SafetyOfDisksTest#whatTheConfigurationPromisesIsWhatANodeOwnsUpTo},
 *       {@link SafetyOfDisksTest#whatARecoveringNodeAcknowledgesDoesNotCount},
 *       {@link SafetyOfDisksTest#anOldAnswerDoesNotMakeANodeWhole},
 *       {@link SafetyOfDisksTest#enoughOfThoseWhoElectMustBeWhole},
 *       {@link SafetyOfMembersTest#aRecoveringVoterElectsOnlyWhoHasTheVeryConfigurationThatItNoted},
 *       {@link SafetyOfMembersTest#whatARecoveringNodeHasNotedOnlyRises},
 *       {@link SafetyOfMembersTest#aConfigurationIsNotedBeforeItIsAppended}
 *   <li>{@link SafetyOfDisksTest#aForceThatFailsStopsTheNodeAndIsNotTrustedAfterwards},
 *       {@link SafetyOfSmallFilesTest#aBallotWhoseForceFailsStopsTheNodeAndEitherOneBindsItAfterwards},
 *       {@link SafetyOfSmallFilesTest#nothingIsCutBeforeItsOrphansAreForced}
 *   <li>{@link SafetyOfMembersTest#aNodeWithAnotherDiskCountsForNothing},
 *       {@link SafetyOfSmallFilesTest#aNodeWithoutItsBallotIsAnotherOneAndCountsForNothing}, {@link SafetyOfSetBacksTest}, all,
 *       {@link SafetyOfMembersTest#whatAnIdentityBeforeHasSaidCountsForNothing},
 *       {@link SafetyOfMembersTest#whatAnotherIdentitySaysInTheMembersPlaceCountsForNothing},
 *       {@link SafetyOfMembersTest#norDoesItsVote}, {@link SafetyOfMembersTest#anObserversAcknowledgementsAndVotesDoNotCount},
 *       {@link SafetyOfMembersTest#whoIsNoVoterIsElectedByNobodyWhoKnowsAsMuch},
 *       {@link SafetyOfMembersTest#whoWasRemovedIsElectedByNobody},
 *       {@link SafetyOfMembersTest#whoMissedAConfigurationElectsTheOneThatItNamesIfItsLogIsNewer},
 *       {@link SafetyOfMembersTest#aNodeWithAnotherDiskCountsAgainOnceItWasTakenInAgain}
 *   <li>{@link SafetyOfDisksTest#anExceptionInTheJournalStopsTheNodeAndNothingIsAcknowledged}
 *   <li>{@link SafetyOfVotesTest#aPausedPrimaryThatWakesAcknowledgesNothingThatIsNotCommitted}
 *   <li>{@link dev.lockstep.engine.pipeline.AppliedStateTest#aCommandThatComesAgainIsAnsweredAndNotApplied},
 *       {@link dev.lockstep.engine.pipeline.AppliedStateTest#aGapIsNotApplied},
 *       {@link dev.lockstep.engine.pipeline.AppliedStateTest#whatWasOutdatedOnceIsNotAppliedWhenItComesAgain},
 *       {@link dev.lockstep.engine.pipeline.SessionsCodecTest#whoeverExpectsAnIndexIsOutdatedAfterALoadAsBefore}; a table
 *       that was loaded answers as the one that was saved: {@link dev.lockstep.engine.pipeline.SessionsCodecTest}, all
 *   <li>{@link dev.lockstep.engine.pipeline.FrameFillerTest#whatWasSentIsUnknownIfTheReignEndsWhileItIsProposed},
 *       {@link dev.lockstep.engine.pipeline.FrameFillerTest#whatWasSentIsUnknownIfTheNodeStopsWhileItIsProposed},
 *       {@link dev.lockstep.engine.pipeline.FrameFillerTest#whatWasNotProposedWhenTheReignEndsIsNotApplied},
 *       {@link dev.lockstep.engine.pipeline.LocalSubmitterTest#theEndOfAReignLeavesNothingOpenAndGuessesNothing},
 *       {@link dev.lockstep.engine.pipeline.LocalSubmitterTest#whatWasAppliedAheadOfTheCommitIsUnknownOnceTheReignIsOverWhateverIsCommittedThen}
 *   <li>{@link SafetyOfLogsTest#whatWasAcknowledgedInAnEarlierTermCountsForNothingNow}
 *   <li>{@link SafetyOfLogsTest#aStandbysCommitStaysWithinWhatIsKnownToBeThePrimarys}
 *   <li>{@link SafetyOfLogsTest#aFrameThatWasSentAndCannotBeAppendedEndsTheReign},
 *       {@link SafetyOfFullDisksTest#aPrimaryWithoutRoomForItsFirstFrameGoesOnOnceItHasRoom},
 *       {@link SafetyOfFullDisksTest#aPrimaryThatGetsNoRoomForItsFirstFrameGivesWay},
 *       {@link SafetyOfFullDisksTest#whatThereIsNoRoomForIsNeitherSentNorCountedAsAnIndex}
 *   <li>{@link SafetyOfMessagesTest#whoCannotReadItsOwnFramePutsItAsideAndRecovers},
 *       {@link SafetyOfMessagesTest#aPrimaryThatCannotReadWhatItSentRecovers},
 *       {@link SafetyOfMessagesTest#ifBothFramesAreSoundBothNodesStopAndNothingIsCut}
 *   <li>{@link SafetyOfBirthTest}, all
 *   <li>{@link SafetyOfWitnessTest}, all; that registers are numbered within a term:
 *       {@link SafetyOfWitnessTest#aRegisterThatComesLateOrTwiceDoesNotStandAgain},
 *       {@link SafetyOfWitnessTest#anAnswerToAnEarlierRegisterProvesNothing}
 *   <li>{@link SafetyOfEpochsTest}, all; whoever cannot tell where its history left the epoch's:
 *       {@link SafetyOfEpochsTest#whoseLogDoesNotLeadToTheForkBelievesNothingOfIt}; until the epoch is born:
 *       {@link SafetyOfFoundingTest}, all; whom the founder has not heard of: {@link SafetyOfDelegationTest}, all; snapshots
 *       on their way meanwhile: {@link SafetyOfSnapshotsTest}, all; where what was begun cannot be ended yet:
 *       {@link SafetyOfYieldingTest}, all
 *   <li>{@link SafetyOfDisksTest#aNodeThatFindsDamageVotesAsOneThatIsNotWhole},
 *       {@link SafetyOfDisksTest#whatCannotBePutAsideYetIsNeitherCountedNorContinued},
 *       {@link SafetyOfDisksTest#damageMakesANodeRecoverInEitherBoot},
 *       {@link SafetyOfDamageTest}, all
 *   <li>{@link SafetyOfVotesTest#aStandbyThatStalledDoesNotCampaignBeforeItHasHeardWhatCameMeanwhile},
 *       {@link SafetyOfVotesTest#aStandbyThatStalledElectsNobodyBeforeItHasHeardWhatCameMeanwhile},
 *       {@link SafetyOfVotesTest#aPrimaryThatStalledDoesNotStepDownBeforeItHasHeardWhatCameMeanwhile}
 *   <li>{@link SafetyOfMembersTest#whileOneConfigurationIsNotCommittedNoOtherOneIsProposed},
 *       {@link SafetyOfMembersTest#aConfigurationThatIsCutIsUndone},
 *       {@link SafetyOfSmallFilesTest#aCutIsToldThoughThereIsNoRoomToNoteWhatIsInForceAfterIt},
 *       {@link SafetyOfMembersTest#aVoterThatIsAddedCountsForItsOwnConfiguration}
 *   <li>{@link SafetyOfSkipsTest}, all; what is applied:
 *       {@link dev.lockstep.engine.pipeline.AppliedStateTest#aCommandThatIsSkippedIsNotAppliedHoweverOftenItComesAndWhatFollowsIs};
 *       over real disks: {@link dev.lockstep.engine.embedded.EngineClusterTest}
 * </ol>
 */
final class SafetyList {
    private SafetyList() {}
}
