package dev.lockstep.storage.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.ballot.Register;
import dev.lockstep.storage.ballot.RegisterStore;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.orphans.OrphanedFrames;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotSection;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import dev.lockstep.storage.testing.Directories;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start makes of a node's whole directory. */
final class NodeStorageTest {
    private static final BootId MONDAY = new BootId(1, 1);
    private static final BootId TUESDAY = new BootId(2, 2);

    @TempDir
    private Path temporary;

    private Path directory;
    private NodeSettings alone;
    private NodeSettings member;

    @BeforeEach
    void setUp() {
        directory = temporary.resolve("node");
        alone = NodeSettings.of(directory).withBoot(MONDAY).withJournal(new JournalSettings(512 << 10, 1L << 30, 0));
        member = alone.inCluster().withDurability(Durability.APPENDED);
    }

    private static NodeSettings in(Path other, NodeSettings settings) {
        return new NodeSettings(
                other,
                settings.isAlone(),
                settings.durability(),
                settings.cluster(),
                settings.journal(),
                settings.disk(),
                settings.boot(),
                settings.clock(),
                settings.random());
    }

    private static FrameRef append(NodeStorage storage, int frames) {
        FrameMaker maker = new FrameMaker().after(storage.journal().appended());
        for (int i = 0; i < frames; i++) {
            maker.next(1, 100);
            assertThat(storage.journal().reserve(maker.length())).isTrue();
            storage.journal().append(maker.buffer(), 0, maker.length());
        }
        storage.marks().promised(maker.ref().index());
        return maker.ref();
    }

    private Path killed(NodeSettings settings, int flushed, int appended) {
        Path left = temporary.resolve("left");
        try (NodeStorage storage = NodeStorage.open(settings)) {
            append(storage, flushed);
            storage.agents().flush();
            append(storage, appended);
            Directories.copy(directory, left);
        }
        return left;
    }

    @Test
    void aFirstStartMakesEverythingAndSaysSo() {
        try (NodeStorage storage = NodeStorage.open(alone)) {
            assertThat(storage.report().isFirst()).isTrue();
            assertThat(storage.report().remarks()).isEmpty();
            Ballot ballot = storage.ballots().read().ballot();
            assertThat(ballot.startCounter()).isEqualTo(1);
            assertThat(ballot.identity().isPresent()).isTrue();
            assertThat(storage.journal().identity()).isEqualTo(ballot.identity());
        }
    }

    @Test
    void anOrderlyCloseLeavesNothingToRemark() {
        FrameRef last;
        Identity identity;
        try (NodeStorage storage = NodeStorage.open(member)) {
            last = append(storage, 10);
            identity = storage.journal().identity();
            assertThat(storage.ballots().read().ballot().dirty()).isTrue();
        }
        try (NodeStorage storage = NodeStorage.open(member.withBoot(TUESDAY))) {
            assertThat(storage.report().isFirst()).isFalse();
            assertThat(storage.report().isSameBoot()).isFalse();
            assertThat(storage.report().mayHaveForgotten()).isFalse();
            assertThat(storage.report().remarks()).isEmpty();
            assertThat(storage.journal().appended()).isEqualTo(last);
            assertThat(storage.journal().identity()).isEqualTo(identity);
            assertThat(storage.ballots().read().ballot().startCounter()).isEqualTo(2);
        }
    }

    /** A snapshot that is kept may have come from a peer: the log may not come up to it, or go on beside it. */
    @Test
    void inAnotherBootTheCommitBeginsWhereTheLogDoesWhateverSnapshotsAreKept() {
        FrameRef snapshot = new FrameRef(8, 2, 99);
        try (NodeStorage storage = NodeStorage.open(member)) {
            append(storage, 10);
            storage.marks().commit(4);
            keep(storage, snapshot);
        }
        try (NodeStorage storage = NodeStorage.open(member.withBoot(TUESDAY))) {
            assertThat(storage.snapshots().kept()).hasSize(1);
            assertThat(storage.journal().appendedIndex()).isEqualTo(10);
            assertThat(storage.marks().commit()).isZero();
            assertThat(storage.journal().startAfter(snapshot)).isTrue();
        }
        try (NodeStorage storage = NodeStorage.open(member.withBoot(MONDAY))) {
            assertThat(storage.journal().base()).isEqualTo(snapshot);
            assertThat(storage.marks().commit()).isEqualTo(8);
        }
    }

    private static void keep(NodeStorage storage, FrameRef last) {
        ClusterId cluster = new ClusterId(0xaaaa);
        storage.ballots().write(storage.ballots().read().ballot().withClusterId(cluster));
        SnapshotManifest manifest = new SnapshotManifest(last, cluster, 0, 1, 0, new UnsafeBuffer(new byte[16]));
        try (SnapshotWriter writer = storage.snapshots().begin(manifest).orElseThrow()) {
            writer.startSection(SnapshotSection.STATE);
            writer.write(new UnsafeBuffer(new byte[8]), 0, 8);
            writer.publish();
        }
    }

    @Test
    void aKilledMemberCountsAtOnceInTheSameBoot() {
        Path left = killed(member, 5, 5);
        try (NodeStorage storage = NodeStorage.open(in(left, member))) {
            assertThat(storage.report().decision()).isEqualTo(StartDecision.KEEP);
            assertThat(storage.report().mayHaveForgotten()).isFalse();
            assertThat(storage.journal().appendedIndex()).isEqualTo(10);
            assertThat(storage.marks().promised()).isEqualTo(10);
        }
    }

    @Test
    void aMemberWhoseMachineWentDownMustRecoverWhateverTheScanFinds() {
        Path left = killed(member, 5, 5);
        try (NodeStorage storage = NodeStorage.open(in(left, member).withBoot(TUESDAY))) {
            assertThat(storage.report().decision()).isEqualTo(StartDecision.KEEP);
            assertThat(storage.report().mayHaveForgotten()).isTrue();
            assertThat(storage.ballots().read().ballot().recovering()).isTrue();
            assertThat(storage.report().remarks()).singleElement().asString().contains("may have forgotten");
        }
        try (NodeStorage storage = NodeStorage.open(in(left, member).withBoot(TUESDAY))) {
            assertThat(storage.ballots().read().ballot().recovering())
                    .as("until it has recovered")
                    .isTrue();
        }
    }

    @Test
    void aMemberThatFlushesBeforeItAcknowledgesForgetsNothing() {
        NodeSettings flushing = member.withDurability(Durability.FLUSHED);
        Path left = killed(flushing, 5, 5);
        try (NodeStorage storage = NodeStorage.open(in(left, flushing).withBoot(TUESDAY))) {
            assertThat(storage.report().mayHaveForgotten()).isFalse();
            assertThat(storage.ballots().read().ballot().dirty()).isFalse();
        }
    }

    @Test
    void aNodeAloneReportsWhatItMayHaveLostAndStarts() {
        NodeSettings appending = alone.withDurability(Durability.APPENDED);
        Path left = killed(appending, 5, 5);
        try (NodeStorage storage = NodeStorage.open(in(left, appending).withBoot(TUESDAY))) {
            assertThat(storage.report().remarks()).singleElement().asString().contains("may be lost");
            assertThat(storage.ballots().read().ballot().recovering()).isFalse();
        }
    }

    private static void damageFrameIn(Path node) throws IOException {
        Path segment = node.resolve("journal").resolve("00000000000000000001.cq4");
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(17_000);
            int old = file.read();
            file.seek(17_000);
            file.write(old ^ 4);
        }
    }

    @Test
    void aNodeAloneRefusesToStartOnDamageAndChangesNothing() throws IOException {
        Path left = killed(alone, 10, 0);
        damageFrameIn(left);
        Path before = Directories.copy(left, temporary.resolve("before"));
        assertThatThrownBy(() -> NodeStorage.open(in(left, alone)))
                .isInstanceOf(StorageException.Damaged.class)
                .hasMessageContaining("00000000000000000001.cq4")
                .hasMessageContaining("index 1 ")
                .hasMessageContaining("Inspector");
        assertThat(left.resolve("journal/00000000000000000001.cq4"))
                .hasSameBinaryContentAs(before.resolve("journal/00000000000000000001.cq4"));
        assertThat(left.resolve("ballot")).hasSameBinaryContentAs(before.resolve("ballot"));
    }

    @Test
    void aDamagedMemberPutsTheDamageAsideAndRecovers() throws IOException {
        Path left = killed(member, 10, 0);
        damageFrameIn(left);
        try (NodeStorage storage = NodeStorage.open(in(left, member))) {
            assertThat(storage.report().decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
            assertThat(storage.ballots().read().ballot().recovering()).isTrue();
            assertThat(storage.journal().appendedIndex()).isZero();
            assertThat(left.resolve("journal/aside/00000000000000000001.cq4")).exists();
            assertThat(storage.report().remarks()).anyMatch(remark -> remark.contains("damaged"));
        }
    }

    @Test
    void aSecondOpenerIsRefusedAtOnceAndToldWhoHoldsIt() {
        try (NodeStorage storage = NodeStorage.open(alone)) {
            assertThat(storage.report().isFirst()).isTrue();
            assertThatThrownBy(() -> NodeStorage.open(alone))
                    .isInstanceOf(StorageException.InUse.class)
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
        }
        NodeStorage.open(alone).close();
    }

    @Test
    void theDirectoryOfAnotherClusterIsRefusedWithBothNames() {
        try (NodeStorage storage = NodeStorage.open(member)) {
            storage.ballots().write(storage.ballots().read().ballot().withClusterId(new ClusterId(0xaaaa)));
        }
        assertThatThrownBy(() -> NodeStorage.open(member.withCluster(new ClusterId(0xbbbb))))
                .isInstanceOf(StorageException.WrongCluster.class)
                .hasMessageContaining("aaaa")
                .hasMessageContaining("bbbb");
        NodeStorage.open(member.withCluster(new ClusterId(0xaaaa))).close();
    }

    @Test
    void aMemberWithoutItsBallotIsSomebodyElseAndKeepsTheOldHistoryAside() throws IOException {
        Identity before;
        try (NodeStorage storage = NodeStorage.open(member)) {
            append(storage, 3);
            before = storage.journal().identity();
        }
        Files.delete(directory.resolve("ballot"));
        try (NodeStorage storage = NodeStorage.open(member)) {
            assertThat(storage.journal().identity()).isNotEqualTo(before);
            assertThat(storage.journal().appendedIndex()).isZero();
            assertThat(storage.report().remarks()).singleElement().asString().contains("new identity");
            assertThat(directory.resolve("formerly/1/journal/00000000000000000001.cq4"))
                    .exists();
        }
    }

    @Test
    void aMemberWithADamagedBallotIsSomebodyElseToo() throws IOException {
        Identity before;
        try (NodeStorage storage = NodeStorage.open(member)) {
            before = storage.journal().identity();
        }
        Files.write(directory.resolve("ballot"), new byte[100]);
        try (NodeStorage storage = NodeStorage.open(member)) {
            assertThat(storage.journal().identity()).isNotEqualTo(before);
            assertThat(directory.resolve("formerly/1/ballot")).exists();
        }
    }

    @Test
    void theNextStartFindsTheRegisterOfAWitness() {
        Register register = new Register(0, 4, 1, new Identity(1), new Identity(2));
        Identity before;
        try (NodeStorage storage = NodeStorage.open(member)) {
            assertThat(storage.register().read()).isEqualTo(RegisterStore.Reading.absent());
            storage.register().write(register);
            before = storage.journal().identity();
        }
        try (NodeStorage storage = NodeStorage.open(member)) {
            assertThat(storage.register().read()).isEqualTo(RegisterStore.Reading.sound(register));
            assertThat(storage.journal().identity()).isEqualTo(before);
            assertThat(storage.report().remarks()).isEmpty();
        }
    }

    @Test
    void aMemberWithADamagedRegisterIsSomebodyElseAndKeepsWhatWasThereAside() throws IOException {
        Identity before;
        try (NodeStorage storage = NodeStorage.open(member)) {
            append(storage, 3);
            before = storage.journal().identity();
        }
        Files.write(directory.resolve("register"), new byte[56]);
        Path left = Directories.copy(directory, temporary.resolve("left"));
        try (NodeStorage storage = NodeStorage.open(member)) {
            assertThat(storage.journal().identity()).isNotEqualTo(before);
            assertThat(storage.journal().appendedIndex()).isZero();
            assertThat(storage.register().read()).isEqualTo(RegisterStore.Reading.absent());
            assertThat(storage.report().isFirst()).isFalse();
            assertThat(storage.report().remarks())
                    .singleElement()
                    .asString()
                    .contains(
                            "the register is damaged",
                            directory.resolve("register").toString(),
                            "new identity");
            for (String kept : new String[] {"ballot", "register", "journal/00000000000000000001.cq4"}) {
                assertThat(directory.resolve("formerly/1").resolve(kept)).hasSameBinaryContentAs(left.resolve(kept));
            }
        }
    }

    @Test
    void aMemberWithoutItsBallotKeepsItsRegisterAsideToo() throws IOException {
        try (NodeStorage storage = NodeStorage.open(member)) {
            storage.register().write(new Register(0, 4, 1, new Identity(1), Identity.NONE));
        }
        Files.delete(directory.resolve("ballot"));
        try (NodeStorage storage = NodeStorage.open(member)) {
            assertThat(storage.register().read().state()).isEqualTo(RegisterStore.State.ABSENT);
            assertThat(directory.resolve("formerly/1/register")).exists();
        }
    }

    @Test
    void aNodeAloneIsNoWitnessAndDoesNotMindARegister() throws IOException {
        Identity before;
        try (NodeStorage storage = NodeStorage.open(alone)) {
            before = storage.journal().identity();
        }
        Files.write(directory.resolve("register"), new byte[56]);
        try (NodeStorage storage = NodeStorage.open(alone)) {
            assertThat(storage.journal().identity()).isEqualTo(before);
            assertThat(storage.report().remarks()).isEmpty();
        }
    }

    @Test
    void orphansAreKeptBesideTheJournalAndStayThere() {
        String batch;
        try (NodeStorage storage = NodeStorage.open(member)) {
            FrameMaker maker = new FrameMaker().next(1, 100);
            storage.orphans().keep(new Frame().wrap(maker.buffer(), 0));
            batch = storage.orphans().seal();
        }
        NodeStorage.open(member).close();
        assertThat(OrphanedFrames.read(directory.resolve("orphans").resolve(batch), frame -> {})
                        .frameCount())
                .isEqualTo(1);
    }

    @Test
    void aNodeAloneWithoutItsBallotRefusesToStart() throws IOException {
        NodeStorage.open(alone).close();
        Files.delete(directory.resolve("ballot"));
        assertThatThrownBy(() -> NodeStorage.open(alone))
                .isInstanceOf(StorageException.Damaged.class)
                .hasMessageContaining("the ballot is missing");
    }

    @Test
    void aStartTakesTheHighestTermThatItHasSeen() {
        try (NodeStorage storage = NodeStorage.open(alone)) {
            FrameMaker maker = new FrameMaker().term(7).next(1, 10);
            assertThat(storage.journal().reserve(maker.length())).isTrue();
            storage.journal().append(maker.buffer(), 0, maker.length());
        }
        try (NodeStorage storage = NodeStorage.open(alone)) {
            assertThat(storage.ballots().read().ballot().term()).isEqualTo(7);
            assertThat(storage.ballots().read().ballot().votedFor()).isEqualTo(Identity.NONE);
        }
    }

    @Test
    void aRestartLoopDoesNotGrowTheDisk() throws IOException {
        long afterFirst = 0;
        for (int start = 0; start < 30; start++) {
            try (NodeStorage storage = NodeStorage.open(member)) {
                append(storage, 1);
            }
            if (start == 0) {
                afterFirst = bytesBelow(directory);
            }
        }
        assertThat(bytesBelow(directory)).isLessThan(afterFirst + 64 * 1024);
    }

    private static long bytesBelow(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            long sum = 0;
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    @Test
    void aFreshNodeTakesWellUnderAHundredMegabytes() throws IOException {
        NodeSettings ordinary = NodeSettings.of(directory);
        try (NodeStorage storage = NodeStorage.open(ordinary)) {
            append(storage, 1);
            while (storage.journal().space() != dev.lockstep.storage.journal.JournalSpace.READY) {
                storage.agents().preparer().doWork();
            }
            assertThat(blocksBelow(directory) * 512).isLessThan(80_000_000);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static long blocksBelow(Path root) throws IOException {
        Process du = new ProcessBuilder("du", "-s", "-B", "512", root.toString()).start();
        String said = new String(du.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
        return Long.parseLong(said.substring(0, said.indexOf(9)));
    }
}
