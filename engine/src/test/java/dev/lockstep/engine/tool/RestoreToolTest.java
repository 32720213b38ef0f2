package dev.lockstep.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.Command;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the program prints and leaves, and the exit code that it ends with. Three commands were backed up. */
@Timeout(60)
final class RestoreToolTest {
    private static final class Counting implements StateMachine {
        private long count;

        @Override
        public void apply(Command command, Reply reply) {
            count++;
        }

        @Override
        public void save(SnapshotOutput out) {
            out.putLong(count);
        }

        @Override
        public void load(SnapshotInput in) {
            count = in.getLong();
        }
    }

    @TempDir
    private Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private long lastIndex;
    private BackupReport report;

    @BeforeEach
    void backUp() {
        try (Engine engine = start("node", new Counting())) {
            for (int i = 0; i < 3; i++) {
                lastIndex = engine.submit(new byte[1]).join().index();
            }
            report = engine.backup(root.resolve("backup")).join();
        }
    }

    private Engine start(String directory, Counting counting) {
        return Engine.builder()
                .directory(root.resolve(directory))
                .stateMachine(counting)
                .durability(Durability.APPENDED)
                .start();
    }

    private int run(String... arguments) {
        return RestoreTool.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private String backup() {
        return root.resolve("backup").toString();
    }

    private String target() {
        return root.resolve("target").toString();
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void withoutATargetTheBackupIsCheckedAndNothingIsMade() {
        assertThat(run(backup())).isEqualTo(RestoreTool.DONE);
        assertThat(lines())
                .containsExactly("backup from-index=1 to-index=" + report.toIndex() + " snapshot-index=0 bytes="
                        + report.bytes() + " cluster=" + report.cluster() + " epoch=1");
        assertThat(errors()).isEmpty();
    }

    @Test
    void aNodeThatIsAloneIsRestoredToAnIndexAndStarts() {
        assertThat(run(backup(), target(), "--to-index", Long.toString(lastIndex - 1)))
                .isEqualTo(RestoreTool.DONE);
        assertThat(lines()).hasSize(2).last().isEqualTo("node name=1 directory=" + target());
        assertThat(lines().get(0)).startsWith("restored index=" + (lastIndex - 1) + " cluster=");
        Counting counting = new Counting();
        try (Engine engine = start("target", counting)) {
            assertThat(engine.read(ReadConsistency.LINEARIZABLE, () -> counting.count)
                            .join()
                            .value())
                    .isEqualTo(2);
        }
    }

    @Test
    void eachMemberIsGivenADirectoryOfItsOwn() {
        assertThat(run(backup(), target(), "--members", "b=h:1,a=h:4,c=h:7")).isEqualTo(RestoreTool.DONE);
        assertThat(lines().subList(1, 4))
                .containsExactly(
                        "node name=a directory=" + target() + "/a",
                        "node name=b directory=" + target() + "/b",
                        "node name=c directory=" + target() + "/c");
        assertThat(root.resolve("target")).isDirectoryContaining("glob:**/{a,b,c}");
    }

    @Test
    void whatCannotBeIsRefusedWithTheReasonAndEndsWithOne() {
        assertThat(run(backup(), target(), "--to-index", "4711")).isEqualTo(RestoreTool.REFUSED);
        assertThat(errors()).contains("index 4711 is wanted").contains("reaches from 1 to " + report.toIndex());
        assertThat(run(root.resolve("nowhere").toString())).isEqualTo(RestoreTool.REFUSED);
        assertThat(errors()).contains("backup.manifest is missing");
        assertThat(run(backup(), target(), "--members", "a=")).isEqualTo(RestoreTool.REFUSED);
        assertThat(errors()).contains("the address of a is");
        assertThat(lines()).isEmpty();
        assertThat(Files.exists(root.resolve("target"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'', no backup given",
        "a b c, and not c too",
        "a b --what, unknown option --what",
        "a b --to-index, takes an index such as 4711",
        "a b --to-index 0, takes an index such as 4711",
        "a b --to-index x, takes an index such as 4711",
        "a b --members, takes a list such as",
        "a b --members --to-index 3, takes a list such as",
        "a --to-index 3, say where to"
    })
    void wrongArgumentsAreExplainedAndEndWithTwo(String arguments, String explanation) {
        String[] split = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);
        assertThat(run(split)).isEqualTo(RestoreTool.MISUSED);
        assertThat(errors()).contains(explanation).contains("usage: java");
        assertThat(lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"--help", "--help --nonsense", "somewhere --to-index 1 --help"})
    void whoeverAsksForHelpGetsTheUsageAndNoError(String arguments) {
        assertThat(run(arguments.split(" "))).isZero();
        assertThat(lines()).first().asString().startsWith("usage: java");
        assertThat(errors()).isEmpty();
    }
}
