package dev.lockstep.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private final Figures figures = new Figures();

    @Test
    void everyFigureHasALineThatAProgramCanRead() {
        figures.add("fast.ns", 12.5);
        figures.add("slow.ns", 1_234_567_890_123.0);
        assertThat(print()).startsWith("figure: fast.ns = 12.5", "figure: slow.ns = 1234567890123", "");
    }

    @Test
    void theTableSaysWhichTargetsAreMet() {
        figures.add("low.ns", 250);
        figures.add("high.ns", 251);
        figures.add("many.per.s", 1);
        figures.add("few.per.s", 0.9);
        figures.add("free", 3);
        List<String> lines = print(
                Target.atMost("low.ns", 250),
                Target.atMost("high.ns", 250),
                Target.atLeast("many.per.s", 1),
                Target.atLeast("few.per.s", 1));
        assertThat(lines).anyMatch(line -> line.matches("low.ns +250 +<= 250 +met *"));
        assertThat(lines).anyMatch(line -> line.matches("high.ns +251 +<= 250 +MISSED *"));
        assertThat(lines).anyMatch(line -> line.matches("many.per.s +1 +>= 1 +met *"));
        assertThat(lines).anyMatch(line -> line.matches("few.per.s +0.9 +>= 1 +MISSED *"));
        assertThat(lines).anyMatch(line -> line.matches("free +3 *"));
    }

    @Test
    void theTableShowsHowFarTheRoundsLieApart() {
        figures.add("some.ns", 1);
        figures.add("some.ns", 3);
        figures.add("some.ns", 2);
        assertThat(print()).anyMatch(line -> line.matches("some.ns +2 +3: 1 to 3"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0001, 0",
        "0.0586, 0.059",
        "5.5, 5.5",
        "999.25, 999.25",
        "1000.5, 1001",
        "1e12, 1000000000000"
    })
    void numbersAreDigits(double value, String printed) {
        assertThat(Report.plain(value)).isEqualTo(printed);
    }

    private List<String> print(Target... targets) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Report(List.of(targets)).print(figures, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
