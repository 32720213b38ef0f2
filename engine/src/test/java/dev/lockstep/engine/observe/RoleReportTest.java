package dev.lockstep.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Term;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RoleReportTest {
    private final NotedLines log = new NotedLines();
    private final EngineCounters counters = Counters.inMemory();
    private final RoleReport report = new RoleReport(counters, log.direct());

    private void assertCounted(EngineCounter counter, long value) {
        assertThat(counters.get(counter)).as(counter.label()).isEqualTo(value);
    }

    @Test
    void aTakeoverIsCountedAndLoggedWithItsTerm() {
        report.onRole(Role.STANDBY, new Term(1, 6));
        report.onRole(Role.CANDIDATE, new Term(1, 6));
        report.onRole(Role.PRIMARY, new Term(1, 7));

        assertCounted(EngineCounter.ROLE, RoleReport.numberOf(Role.PRIMARY));
        assertCounted(EngineCounter.TERM, 7);
        assertCounted(EngineCounter.EPOCH, 1);
        assertCounted(EngineCounter.ELECTIONS, 1);
        assertCounted(EngineCounter.ROLE_CHANGES, 2);
        assertThat(log.lines)
                .containsExactly(
                        "INFO node a: standby in term 1/6",
                        "INFO node a: candidate in term 1/6, was standby",
                        "INFO node a: primary in term 1/7, was candidate");
    }

    @Test
    void anotherTermInTheSameRoleIsCountedAndNotLogged() {
        report.onRole(Role.CANDIDATE, new Term(2, 6));
        report.onRole(Role.CANDIDATE, new Term(2, 7));

        assertCounted(EngineCounter.TERM, 7);
        assertCounted(EngineCounter.EPOCH, 2);
        assertCounted(EngineCounter.ELECTIONS, 1);
        assertCounted(EngineCounter.ROLE_CHANGES, 0);
        assertThat(log.lines).hasSize(1);
    }

    @Test
    void theNumbersOfTheRolesAreTheOnesThatToolsGoBy() {
        assertThat(Arrays.stream(Role.values()).map(role -> RoleReport.numberOf(role) + " " + role))
                .containsExactly(
                        "0 UNBORN", "1 STANDBY", "2 CANDIDATE", "3 PRIMARY", "4 WITNESS", "5 OBSERVER", "6 CLOSED");
    }
}
