package dev.lockstep.storage.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.journal.PlantedJournal;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the inspector prints, and the exit code that it ends with. */
class InspectorTest {
    private static final int OLDER = PlantedJournal.OLDER;

    @TempDir
    private Path temporary;

    private PlantedJournal planted;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void leaveJournal() throws IOException {
        planted = PlantedJournal.killed(temporary);
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return Inspector.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private String directory() {
        return planted.directory().toString();
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void damage(PlantedJournal.Place place) throws IOException {
        try (FileChannel file = FileChannel.open(place.file(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}), place.record() + 1000);
        }
    }

    @Test
    void aSoundJournalIsPrintedInFullAndEndsWithZero() {
        assertThat(run(directory())).isEqualTo(Inspector.SOUND);

        String crc = HexFormat.of().toHexDigits(planted.tip().crc());
        assertThat(lines())
                .hasSize(9)
                .contains(
                        "journal identity=0000000000001267 directory="
                                + planted.directory().resolve("journal"),
                        "log indexes=1..100 base=0 base-term=0 base-crc=00000000 tip=100 tip-term=1 tip-crc=" + crc
                                + " ends=clean",
                        "terms 1=1..100",
                        "flushed index=100");
        assertThat(lines().get(1))
                .startsWith("segment number=1 state=named in-use=no size=")
                .contains(" origin=ROLL predecessor=0 base=0 base-term=0 base-crc=00000000 flushed=")
                .endsWith(" file=00000000000000000001.cq4");
        assertThat(lines().get(8)).isEqualTo("sound");
        assertThat(errors()).isEmpty();
    }

    @Test
    void theSameJournalIsPrintedTheSameWayEachTime() {
        run(directory(), "--frames", "1..100", "--hex");
        List<String> first = lines();
        run(directory(), "--frames", "1..100", "--hex");
        assertThat(lines()).isEqualTo(first);
    }

    @Test
    void damageIsNamedOnALineOfItsOwnAndEndsWithOne() throws IOException {
        PlantedJournal.Place place = planted.place(OLDER);
        damage(place);

        assertThat(run(directory())).isEqualTo(Inspector.DAMAGED);

        assertThat(lines())
                .contains("damage segment=2 byte=" + place.record() + " index=40 file=00000000000000000002.cq4"
                        + " resumes: byte=" + planted.place(OLDER + 1).record() + " index=41"
                        + " found: bytes that do not match their checksum")
                .endsWith("damaged places=1");
        assertThat(lines()).anyMatch(line -> line.startsWith("log indexes=1..39 ") && line.endsWith(" ends=bad"));
    }

    @Test
    void framesArePrintedByTheirIndexes() {
        assertThat(run(directory(), "--frames", "38..40")).isEqualTo(Inspector.SOUND);

        List<String> frames =
                lines().stream().filter(line -> line.startsWith("frame ")).toList();
        assertThat(frames).hasSize(3);
        assertThat(frames.get(2))
                .startsWith("frame indexes=40..40 segment=2 byte="
                        + planted.place(OLDER).record() + " type=COMMANDS term=1 commands=1 length="
                        + planted.place(OLDER).length() + " crc=")
                .contains(" previous-crc=")
                .endsWith(" time-ns=39000 state-machine-version=1 group=0 flags=00");
    }

    @Test
    void framesBehindDamageArePrintedToo() throws IOException {
        damage(planted.place(OLDER));
        assertThat(run(directory(), "--frames", "39..41")).isEqualTo(Inspector.DAMAGED);
        assertThat(lines().stream().filter(line -> line.startsWith("frame ")).map(line -> line.split(" ", -1)[1]))
                .containsExactly("indexes=39..39", "indexes=41..41");
    }

    @Test
    void commandsArePrintedAsHexWhenAskedFor() {
        run(directory(), "--frames", "7", "--hex");
        assertThat(lines())
                .filteredOn(line -> line.startsWith("command "))
                .singleElement()
                .asString()
                .startsWith("command index=7 length=16384 hex=eaebecedeeef");
    }

    @Test
    void anEmptyJournalIsSound() throws IOException {
        Path empty =
                Files.createDirectories(temporary.resolve("empty/journal/work")).getParent();
        assertThat(run(empty.toString())).isEqualTo(Inspector.SOUND);
        assertThat(lines()).contains("terms none", "flushed index=0", "sound");
        assertThat(lines()).anyMatch(line -> line.startsWith("log indexes=none "));
    }

    @Test
    void aDirectoryWithoutAJournalEndsWithTwo() {
        assertThat(run(temporary.toString())).isEqualTo(Inspector.UNREADABLE);
        assertThat(errors()).contains("there is no journal in " + temporary);
        assertThat(lines()).isEmpty();
    }

    @Test
    void aBackupIsToBeRestoredBeforeItCanBeLookedInto() throws IOException {
        Files.createFile(temporary.resolve("backup.manifest"));
        assertThat(run(temporary.toString())).isEqualTo(Inspector.UNREADABLE);
        assertThat(errors()).contains("there is no journal in " + temporary, "a backup: restore it");
    }

    @Test
    void withoutTheFlagsOfTheJvmItNamesThem() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Inspector.class.getName(),
                        directory())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(Inspector.UNREADABLE);
        assertThat(printed)
                .startsWith("Lockstep cannot run here")
                .contains("\n--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'', no directory given",
        "a b, not both a and b",
        "a --what, unknown option --what",
        "a --hex, say which with --frames",
        "a --frames, takes indexes such as 100..120",
        "a --frames x, takes indexes such as 100..120",
        "a --frames 3..2, the smaller one first",
        "a --frames 0..2, from 1 on"
    })
    void wrongArgumentsAreExplainedAndEndWithTwo(String arguments, String explanation) {
        String[] split = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);
        assertThat(run(split)).isEqualTo(Inspector.UNREADABLE);
        assertThat(errors()).contains(explanation).contains("usage: java");
        assertThat(lines()).isEmpty();
        assertThat(lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"--help", "--help --nonsense", "somewhere --frames 1 --help"})
    void whoeverAsksForHelpGetsTheUsageAndNoError(String arguments) {
        assertThat(run(arguments.split(" "))).isZero();
        assertThat(lines()).first().asString().startsWith("usage: java");
        assertThat(errors()).isEmpty();
    }

    @Test
    void itRunsWhereChronicleIsNotOnTheClassPath() throws Exception {
        assertThat(System.getProperty("java.class.path")).contains("openhft");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + System.getProperty("lockstep.jvm.options"));
        command.add("-cp");
        command.add(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("openhft"))
                .collect(Collectors.joining(File.pathSeparator)));
        command.addAll(List.of(Inspector.class.getName(), directory(), "--frames", "100"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(Inspector.SOUND);
        run(directory(), "--frames", "100");
        assertThat(printed.lines()).isEqualTo(lines());
    }
}
