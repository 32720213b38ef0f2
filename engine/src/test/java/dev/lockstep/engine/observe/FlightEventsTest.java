package dev.lockstep.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Term;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightEventsTest {
    @TempDir
    private Path directory;

    private interface Deeds {
        void happen();
    }

    private List<RecordedEvent> recorded(Deeds deeds) throws IOException {
        return recorded(new Recording(), deeds);
    }

    private List<RecordedEvent> recorded(Recording made, Deeds deeds) throws IOException {
        Path file = directory.resolve("events.jfr");
        try (Recording recording = made) {
            recording.start();
            deeds.happen();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getCategoryNames().equals(List.of("Lockstep")))
                .toList();
    }

    private static RecordedEvent only(List<RecordedEvent> events, String name) {
        assertThat(events).extracting(event -> event.getEventType().getName()).containsExactly("dev.lockstep." + name);
        return events.get(0);
    }

    @Test
    void aRoleChangeSaysRoleTermAndEpoch() throws IOException {
        RecordedEvent event = only(recorded(() -> FlightEvents.roleChange(Role.PRIMARY, new Term(2, 7))), "RoleChange");
        assertThat(event.getString("role")).isEqualTo("PRIMARY");
        assertThat(event.getLong("term")).isEqualTo(7);
        assertThat(event.getLong("epoch")).isEqualTo(2);
        assertThat(event.getStackTrace()).isNull();
    }

    @Test
    void aCandidateThatIsOneNoMoreHasWonOrLost() throws IOException {
        RoleReport report = new RoleReport(Counters.inMemory(), new NotedLines().direct());
        List<RecordedEvent> elections = recorded(() -> {
                    report.onRole(Role.CANDIDATE, new Term(1, 3));
                    report.onRole(Role.STANDBY, new Term(1, 4));
                    report.onRole(Role.CANDIDATE, new Term(1, 4));
                    report.onRole(Role.CANDIDATE, new Term(1, 5));
                    report.onRole(Role.PRIMARY, new Term(1, 5));
                })
                .stream()
                .filter(event -> event.getEventType().getName().endsWith("Election"))
                .toList();
        assertThat(elections)
                .extracting(
                        event -> event.getLong("epoch") + "/" + event.getLong("term") + " " + event.getBoolean("won"))
                .containsExactly("1/4 false", "1/5 true");
    }

    @Test
    void aLateCycleIsAStallAndAnyOtherIsNone() throws IOException {
        DutyCycleTracker tracker = new DutyCycleTracker(1_000_000, Counters.inMemory());
        RecordedEvent event = only(
                recorded(() -> {
                    tracker.begin(0);
                    tracker.enter(DutyPhase.APPLY, 10);
                    tracker.end(3_000_000);
                    tracker.begin(3_000_000);
                    tracker.end(4_000_000);
                }),
                "Stall");
        assertThat(event.getDuration("stalledFor")).isEqualTo(Duration.ofMillis(3));
        assertThat(event.getString("phase")).isEqualTo("APPLY");
    }

    @Test
    void aSegmentRollSaysWhereTheNewOneBegins() throws IOException {
        RecordedEvent event = only(recorded(() -> FlightEvents.segmentRoll(900)), "SegmentRoll");
        assertThat(event.getLong("firstIndex")).isEqualTo(900);
    }

    @Test
    void aCatchUpSaysWhoLacksWhat() throws IOException {
        RecordedEvent event = only(recorded(() -> FlightEvents.catchUp(3, 77)), "CatchUp");
        assertThat(event.getInt("node")).isEqualTo(3);
        assertThat(event.getLong("fromIndex")).isEqualTo(77);
    }

    @Test
    void anApplierThatStopsSaysWhereAndWhy() throws IOException {
        RecordedEvent event =
                only(recorded(() -> FlightEvents.applierStopped(12, "no such account")), "ApplierStopped");
        assertThat(event.getLong("index")).isEqualTo(12);
        assertThat(event.getString("reason")).isEqualTo("no such account");
    }

    @Test
    void aRebuildSaysFromWhereToWhere() throws IOException {
        RecordedEvent event = only(recorded(() -> FlightEvents.rebuild(100, 250)), "Rebuild");
        assertThat(event.getLong("fromIndex")).isEqualTo(100);
        assertThat(event.getLong("toIndex")).isEqualTo(250);
    }

    @Test
    void anEventThatTheRecordingSwitchesOffIsNotRecorded() throws IOException {
        Recording recording = new Recording();
        recording.disable("dev.lockstep.Rebuild");
        only(
                recorded(recording, () -> {
                    FlightEvents.rebuild(100, 250);
                    FlightEvents.segmentRoll(900);
                }),
                "SegmentRoll");
    }
}
