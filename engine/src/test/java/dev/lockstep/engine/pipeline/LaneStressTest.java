package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A submitter, a hot thread and an applier on three threads, with reigns that end again and again: each command that was
 * taken is told once, in order; a reply is its own; and what is said not to be applied was not.
 */
final class LaneStressTest {
    private static final int WINDOW = 16;
    private static final int COMMANDS = 300_000;
    private static final long SEED = 20_240_607;

    /** A command on its way from one thread to the next. */
    private record Passed(long session, long sequence, int wish, long value) {}

    private final NodeState state = new NodeState();
    private final SubmitterLane lane = new SubmitterLane(0, WINDOW, Long.BYTES);
    private final Ingress ingress = new Ingress(64);
    private final ConcurrentLinkedQueue<Passed> log = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @Test
    @Timeout(120)
    void eachCommandIsToldOnceInOrderWithItsOwnReply() throws InterruptedException {
        state.publishOpen(true);
        state.publish(Long.MAX_VALUE, Long.MAX_VALUE);
        Thread hot = new Thread(guarded(this::sequence), "hot");
        Thread applier = new Thread(guarded(this::apply), "applier");
        hot.start();
        applier.start();
        int[] outcomes = submit();
        isOver.set(true);
        hot.join();
        applier.join();
        assertThat(failure.get()).isNull();
        assertThat(outcomes[Outcome.APPLIED.code()]).isGreaterThan(COMMANDS / 10);
        assertThat(outcomes[Outcome.ACCEPTED.code()]).isPositive();
        assertThat(outcomes[Outcome.UNKNOWN.code()] + outcomes[Outcome.NOT_APPLIED.code()])
                .isPositive();
    }

    private Runnable guarded(Runnable body) {
        return () -> {
            try {
                body.run();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        };
    }

    private int[] submit() {
        SplittableRandom random = new SplittableRandom(SEED);
        LocalSubmitter submitter = new LocalSubmitter(
                lane,
                ingress,
                new LocalSubmitter.Shared(
                        1, WINDOW, 100, state, random::nextLong, () -> {}, new UncountedRefusals(), failure::set),
                () -> {});
        UnsafeBuffer command = new UnsafeBuffer(new byte[Long.BYTES]);
        int[] outcomes = new int[8];
        long[] last = new long[1];
        long offered = 0;
        while ((offered < COMMANDS || submitter.pending() > 0) && failure.get() == null) {
            if (offered < COMMANDS) {
                command.putLong(0, offered + 1);
                Ack ack = Ack.of(1 + random.nextInt(Ack.count() - 1));
                offered += submitter.offer(command, 0, Long.BYTES, ack) > 0 ? 1 : 0;
            }
            int polled = submitter.poll((id, reply) -> {
                assertThat(id).isEqualTo(++last[0]);
                outcomes[reply.outcome().code()]++;
                if (reply.outcome() == Outcome.APPLIED) {
                    assertThat(reply.payload().getLong(0)).isEqualTo(id);
                }
            });
            if (polled == 0) {
                YieldingIdleStrategy.INSTANCE.idle();
            }
        }
        assertThat(last[0]).isEqualTo(offered);
        return outcomes;
    }

    private void sequence() {
        FramePlace place = new FramePlace();
        SplittableRandom random = new SplittableRandom(SEED + 1);
        UnsafeBuffer value = new UnsafeBuffer(new byte[Long.BYTES]);
        while (!isOver.get()) {
            IngressEntry entry = ingress.peek();
            if (entry == null) {
                YieldingIdleStrategy.INSTANCE.idle();
                continue;
            }
            if (random.nextInt(300) == 0 && lane.openSession() != 0) {
                lane.end(lane.openSession(), Long.MAX_VALUE);
            }
            sequence(entry, value, place, random);
            ingress.advance();
            ingress.release();
        }
    }

    private void sequence(IngressEntry entry, UnsafeBuffer value, FramePlace place, SplittableRandom random) {
        if (entry.kind() == IngressEntry.OPEN) {
            lane.onOpened(entry.session());
        } else if (entry.kind() == IngressEntry.COMMAND && lane.isOpen(entry.session())) {
            entry.copyPayload(value, 0);
            lane.onSequenced(entry.session(), entry.sequence());
            if (Wish.isAwaited(entry.wish())) {
                Ack ack = Wish.ack(entry.wish());
                Ack reached = random.nextInt(50) == 0 ? Ack.NONE : ack;
                lane.note(entry.session(), entry.sequence(), place.set(entry.sequence(), 1, 1), reached);
            }
            log.add(new Passed(entry.session(), entry.sequence(), entry.wish(), value.getLong(0)));
        }
    }

    private void reply(Passed to, Outcome outcome, FramePlace place, UnsafeBuffer reply) {
        if (!Wish.isSilent(to.wish())) {
            lane.reply(to.session(), to.sequence(), place, outcome, 0, reply, 0, Long.BYTES);
        }
    }

    private void apply() {
        FramePlace place = new FramePlace();
        SplittableRandom random = new SplittableRandom(SEED + 2);
        UnsafeBuffer reply = new UnsafeBuffer(new byte[Long.BYTES]);
        while (!isOver.get() || !log.isEmpty()) {
            Passed next = log.poll();
            if (next == null) {
                YieldingIdleStrategy.INSTANCE.idle();
            } else {
                if (random.nextInt(300) == 0) {
                    lane.refuse(next.session()); // it has expired
                }
                reply.putLong(0, next.value());
                place.set(next.sequence(), 1, 1);
                reply(next, lane.isRefused(next.session()) ? Outcome.NOT_APPLIED : Outcome.APPLIED, place, reply);
            }
        }
    }
}
