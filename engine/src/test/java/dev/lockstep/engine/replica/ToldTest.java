package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ToldTest {
    private final Told told = new Told();

    @Test
    void whoHasToldNothingSaysSo() {
        assertThat(told.lastIndex()).isZero();
        assertThat(told.levelFrom(1)).isEqualTo(AckLevel.NONE);
    }

    @Test
    void theMostThatWasToldOfAnIndexOrALaterOneIsKnown() {
        told.onTold(10, AckLevel.QUORUM_APPENDED);
        told.onTold(12, AckLevel.LOCAL_APPENDED);
        told.onTold(3, AckLevel.ALL_FLUSHED);
        assertThat(told.levelFrom(3)).isEqualTo(AckLevel.ALL_FLUSHED);
        assertThat(told.levelFrom(4)).isEqualTo(AckLevel.QUORUM_APPENDED);
        assertThat(told.levelFrom(10)).isEqualTo(AckLevel.QUORUM_APPENDED);
        assertThat(told.levelFrom(11)).isEqualTo(AckLevel.LOCAL_APPENDED);
        assertThat(told.levelFrom(13)).isEqualTo(AckLevel.NONE);
        assertThat(told.lastIndex()).isEqualTo(12);
    }

    @Test
    void itNeverGoesBack() {
        told.onTold(10, AckLevel.QUORUM_APPENDED);
        told.onTold(7, AckLevel.QUORUM_APPENDED);
        assertThat(told.lastIndex()).isEqualTo(10);
        assertThat(told.levelFrom(10)).isEqualTo(AckLevel.QUORUM_APPENDED);
    }

    @Test
    void thatTheOutcomeIsUnknownTellsNothing() {
        told.onTold(20, AckLevel.NONE);
        assertThat(told.lastIndex()).isZero();
        assertThat(told.levelFrom(20)).isEqualTo(AckLevel.NONE);
    }
}
