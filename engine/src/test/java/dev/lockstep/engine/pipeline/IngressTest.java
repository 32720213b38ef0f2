package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IngressTest {
    private static final int SLOTS = 16;

    private final Ingress ingress = new Ingress(SLOTS);
    private final IngressHead head = new IngressHead();
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[SLOTS * Ingress.SLOT_BYTES]);
    private final UnsafeBuffer into = new UnsafeBuffer(new byte[SLOTS * Ingress.SLOT_BYTES]);

    private static void fill(UnsafeBuffer buffer, long number, int length) {
        for (int i = 0; i < length; i++) {
            buffer.putByte(i, (byte) (number * 31 + i));
        }
    }

    private int offer(long number, int length) {
        head.sequence = number;
        fill(payload, number, length);
        return ingress.offer(head, payload, 0, length);
    }

    private void check(IngressEntry entry, long number, int length) {
        assertThat(entry.sequence()).isEqualTo(number);
        assertThat(entry.length()).isEqualTo(length);
        entry.copyPayload(into, 0);
        fill(payload, number, length);
        assertThat(into.compareTo(payload)).as("payload of %d", number).satisfies(order -> {
            for (int i = 0; i < length; i++) {
                assertThat(into.getByte(i)).isEqualTo(payload.getByte(i));
            }
        });
    }

    @Test
    void whatIsOfferedComesInOrderWithAllThatWasSaidOfIt() {
        head.kind = IngressEntry.OPEN;
        head.session = 7;
        head.expectedIndex = 99;
        head.submitter = 3;
        head.wish = 4;
        assertThat(offer(1, 20)).isEqualTo(1);
        IngressEntry entry = poll(ingress);
        check(entry, 1, 20);
        assertThat(entry.kind()).isEqualTo(IngressEntry.OPEN);
        assertThat(entry.session()).isEqualTo(7);
        assertThat(entry.expectedIndex()).isEqualTo(99);
        assertThat(entry.submitter()).isEqualTo(3);
        assertThat(entry.wish()).isEqualTo(4);
        assertThat(poll(ingress)).isNull();
        assertThat(ingress.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 207, 208, 209, 464, 465, 976})
    void lengthsAroundTheEdgesOfSlotsAreCarriedOverTheEndOfTheRing(int length) {
        int span = (IngressEntry.HEAD_BYTES + length + Ingress.SLOT_BYTES - 1) / Ingress.SLOT_BYTES;
        for (int number = 1; number <= 3 * SLOTS; number++) {
            assertThat(offer(number, length)).isEqualTo(span);
            check(poll(ingress), number, length);
            ingress.release();
            assertThat(offer(1000 + number, 3)).isEqualTo(1); // so that spans begin at every slot
            check(poll(ingress), 1000 + number, 3);
            ingress.release();
        }
    }

    @Test
    void aFullRingTakesNothingUntilSomethingIsReleased() {
        for (int number = 1; number <= SLOTS; number++) {
            assertThat(offer(number, 1)).isEqualTo(1);
        }
        assertThat(offer(99, 1)).isEqualTo(Ingress.FULL);
        check(poll(ingress), 1, 1);
        assertThat(offer(99, 1)).isEqualTo(Ingress.FULL);
        ingress.release();
        assertThat(offer(99, 300)).isEqualTo(Ingress.FULL);
        assertThat(offer(99, 1)).isEqualTo(1);
    }

    @Test
    void whatTakesMoreThanAQuarterIsRefusedAndWhatIsNoBufferClaimsNothing() {
        assertThat(ingress.maxLength()).isEqualTo(4 * Ingress.SLOT_BYTES - IngressEntry.HEAD_BYTES);
        assertThat(offer(1, ingress.maxLength())).isEqualTo(4);
        assertThat(offer(2, ingress.maxLength() + 1)).isEqualTo(Ingress.TOO_LARGE);
        assertThatThrownBy(() -> ingress.offer(head, payload, payload.capacity() - 2, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
        check(poll(ingress), 1, ingress.maxLength());
        assertThat(poll(ingress)).isNull();
    }

    /** A producer that fails after its claim leaves nothing that others have to wait for. */
    @Test
    void whoFailsToWriteLeavesAVoidThatIsPassedOver() {
        UnsafeBuffer failing = new UnsafeBuffer(new byte[600]) {
            @Override
            public byte[] byteArray() {
                throw new IllegalStateException("it fails while it is read");
            }
        };
        offer(1, 10);
        assertThatThrownBy(() -> ingress.offer(head, failing, 0, 600)).isInstanceOf(IllegalStateException.class);
        offer(3, 10);
        check(poll(ingress), 1, 10);
        check(poll(ingress), 3, 10);
        assertThat(poll(ingress)).isNull();
    }

    @Test
    void anEntryIsThereUntilItIsGoneOnBehind() {
        offer(1, 10);
        offer(2, 500);
        offer(3, 10);
        check(poll(ingress), 1, 10);
        check(ingress.peek(), 2, 500);
        ingress.release();
        check(poll(ingress), 2, 500);
        check(poll(ingress), 3, 10);
        assertThatThrownBy(ingress::advance).isInstanceOf(Invariant.Violation.class);
    }

    private static UnsafeBuffer failing() {
        return new UnsafeBuffer(new byte[600]) {
            @Override
            public byte[] byteArray() {
                throw new IllegalStateException("it fails while it is read");
            }
        };
    }

    private void offerVoid() {
        assertThatThrownBy(() -> ingress.offer(head, failing(), 0, 100)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRingOfNothingButWhatCouldNotBeWrittenIsGivenBack() {
        for (int i = 0; i < SLOTS; i++) {
            offerVoid();
        }
        assertThat(ingress.peek()).isNull();
        assertThat(offer(1, 1)).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeWrittenIsPassedOverAndTakesNothingAlong() {
        offer(1, 500);
        offerVoid();
        check(poll(ingress), 1, 500);
        assertThat(ingress.peek()).isNull();
        offer(2, 10);
        check(poll(ingress), 2, 10);
    }

    @Test
    void aRingThatCannotBeIsRefused() {
        for (int slots : new int[] {2, 48, Ingress.MAX_SLOTS * 2}) {
            assertThatThrownBy(() -> new Ingress(slots)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static IngressEntry poll(Ingress from) {
        IngressEntry entry = from.peek();
        if (entry != null) {
            from.advance();
        }
        return entry;
    }

    /** Four threads offer as fast as they can, in spans of all lengths; nothing is lost, torn or out of order. */
    @Test
    @Timeout(60)
    void manyProducersEachKeepTheirOrder() throws InterruptedException {
        int producers = 4;
        int each = 20_000;
        Ingress busy = new Ingress(64);
        List<Thread> threads = new ArrayList<>();
        for (int producer = 0; producer < producers; producer++) {
            int number = producer;
            threads.add(new Thread(() -> produce(busy, number, each), "producer " + producer));
        }
        threads.forEach(Thread::start);
        long[] last = new long[producers];
        int seen = 0;
        while (seen < producers * each && !Thread.currentThread().isInterrupted()) {
            IngressEntry entry = poll(busy);
            if (entry == null) {
                Thread.onSpinWait();
                continue;
            }
            int producer = entry.submitter();
            assertThat(entry.sequence()).isEqualTo(++last[producer]);
            int length = lengthOf(entry.sequence());
            assertThat(entry.length()).isEqualTo(length);
            entry.copyPayload(into, 0);
            for (int i = 0; i < length; i++) {
                assertThat(into.getByte(i) == (byte) (entry.sequence() * 31 + i))
                        .isTrue();
            }
            busy.release();
            seen++;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(poll(busy)).isNull();
        assertThat(seen).isEqualTo(producers * each);
    }

    private static int lengthOf(long sequence) {
        return (int) (sequence * 37 % 900);
    }

    private static void produce(Ingress into, int producer, int count) {
        IngressHead head = new IngressHead();
        head.submitter = producer;
        UnsafeBuffer payload = new UnsafeBuffer(new byte[1024]);
        for (long sequence = 1; sequence <= count; sequence++) {
            head.sequence = sequence;
            int length = lengthOf(sequence);
            fill(payload, sequence, length);
            while (into.offer(head, payload, 0, length) == Ingress.FULL) {
                Thread.onSpinWait();
            }
        }
    }
}
