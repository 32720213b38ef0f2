package dev.lockstep.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FiguresTest {
    private final Figures figures = new Figures();

    @Test
    void aFigureOfSeveralRoundsIsTheirMedian() {
        add("some.p50.ns", 900, 100, 300);
        assertThat(figures.value("some.p50.ns")).isEqualTo(300);
        add("some.p50.ns", 500);
        assertThat(figures.value("some.p50.ns")).isEqualTo(400);
        assertThat(figures.lowest("some.p50.ns")).isEqualTo(100);
        assertThat(figures.highest("some.p50.ns")).isEqualTo(900);
    }

    @Test
    void aMaximumIsTheWorstOfAllRounds() {
        add("some.max.us", 7, 9, 8);
        assertThat(figures.value("some.max.us")).isEqualTo(9);
    }

    @Test
    void theNewestRoundCanBeAskedFor() {
        add("some.p50.us", 7, 9, 8);
        assertThat(figures.newest("some.p50.us")).isEqualTo(8);
    }

    @Test
    void figuresStayInTheOrderInWhichTheyCame() {
        add("b", 1);
        add("a", 1);
        add("b", 2);
        assertThat(figures.names()).containsExactly("b", "a");
    }

    @Test
    void askingForAFigureThatWasNotMeasuredSaysWhichWere() {
        add("here", 1);
        assertThatThrownBy(() -> figures.value("there"))
                .hasMessageContaining("there")
                .hasMessageContaining("here");
    }

    private void add(String name, double... values) {
        for (double value : values) {
            figures.add(name, value);
        }
    }
}
