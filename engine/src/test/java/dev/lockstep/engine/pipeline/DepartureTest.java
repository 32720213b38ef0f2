package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DepartureTest {
    private static final int DATAGRAM_BYTES = 1408;
    private static final int SOME_WORK = 1;

    private final Departure departure = new Departure(DATAGRAM_BYTES);

    @Test
    void nothingIsDueBeforeAnythingWasOffered() {
        assertThat(departure.isDue()).isFalse();
    }

    @Test
    void aFullFrameTakesATurnOfItsOwn() {
        departure.onOffered(1300);
        departure.onOffered(1300);
        departure.onOffered(1300);
        assertThat(turns()).isEqualTo(3);
    }

    @Test
    void twoThatAreLongerThanHalfADatagramDoNotShareOne() {
        departure.onOffered(760);
        departure.onOffered(760);
        assertThat(turns()).isEqualTo(2);
    }

    @Test
    void smallMessagesShareADatagram() {
        for (int i = 0; i < 10; i++) {
            departure.onOffered(100);
        }
        assertThat(turns()).isEqualTo(1);
    }

    @Test
    void aLongMessageTakesAsManyTurnsAsItHasDatagrams() {
        departure.onOffered(10 * DATAGRAM_BYTES);
        assertThat(turns()).isEqualTo(10);
    }

    @Test
    void allHasLeftWhenTheDriverFindsNothingToDo() {
        departure.onOffered(10 * DATAGRAM_BYTES);
        departure.onTurn(0);
        assertThat(departure.isDue()).isFalse();
    }

    private int turns() {
        int turns = 0;
        while (departure.isDue()) {
            departure.onTurn(SOME_WORK);
            turns++;
        }
        return turns;
    }
}
