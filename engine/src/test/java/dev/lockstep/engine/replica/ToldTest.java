package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Ack;
import org.junit.jupiter.api.Test;

final class ToldTest {
    private final Told told = new Told();

    @Test
    void whoHasToldNothingSaysSo() {
        assertThat(told.lastIndex()).isZero();
        assertThat(told.levelFrom(1)).isEqualTo(Ack.NONE);
    }

    @Test
    void theMostThatWasToldOfAnIndexOrALaterOneIsKnown() {
        told.onTold(10, Ack.QUORUM_APPENDED);
        told.onTold(12, Ack.LOCAL_APPENDED);
        told.onTold(3, Ack.ALL_FLUSHED);
        assertThat(told.levelFrom(3)).isEqualTo(Ack.ALL_FLUSHED);
        assertThat(told.levelFrom(4)).isEqualTo(Ack.QUORUM_APPENDED);
        assertThat(told.levelFrom(10)).isEqualTo(Ack.QUORUM_APPENDED);
        assertThat(told.levelFrom(11)).isEqualTo(Ack.LOCAL_APPENDED);
        assertThat(told.levelFrom(13)).isEqualTo(Ack.NONE);
        assertThat(told.lastIndex()).isEqualTo(12);
    }

    @Test
    void itNeverGoesBack() {
        told.onTold(10, Ack.QUORUM_APPENDED);
        told.onTold(7, Ack.QUORUM_APPENDED);
        assertThat(told.lastIndex()).isEqualTo(10);
        assertThat(told.levelFrom(10)).isEqualTo(Ack.QUORUM_APPENDED);
    }

    @Test
    void thatTheOutcomeIsUnknownTellsNothing() {
        told.onTold(20, Ack.NONE);
        assertThat(told.lastIndex()).isZero();
        assertThat(told.levelFrom(20)).isEqualTo(Ack.NONE);
    }
}
