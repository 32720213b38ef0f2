package dev.lockstep.engine.testkit;

import dev.lockstep.engine.Reply;
import dev.lockstep.engine.StateMachine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Tries a state machine as an engine would use it: applies commands, lets timers fire, and checks that what was saved can be loaded, and that
 * the same commands bring the same replies and the same state again. Used by one thread.
 *
 * <pre>{@code
 * StateMachineTester tester = StateMachineTester.of(Counter::new);
 * assertThat(tester.apply(bytes).payload().getLong(0)).isEqualTo(5);
 * tester.check();
 * }</pre>
 */
public final class StateMachineTester {
    private static final long FIRST_TIME_NS = 1_700_000_000_000_000_000L;
    private static final int FIRST_VERSION = 1;
    private static final long STEP_NS = 1_000_000;
    private static final int DEFAULT_MAX_REPLY_BYTES = 1024;

    private final Supplier<? extends StateMachine> maker;
    private final Tried tried;
    private final List<GivenCommand> commands = new ArrayList<>();
    private final List<GivenReply> replies = new ArrayList<>();
    private int version = FIRST_VERSION;
    private int maxReplyBytes = DEFAULT_MAX_REPLY_BYTES;
    private long timeNs = FIRST_TIME_NS;

    private StateMachineTester(Supplier<? extends StateMachine> maker) {
        this.maker = maker;
        this.tried = new Tried(maker.get());
    }

    /** A state machine, and what it was given beside its commands. */
    private record Tried(StateMachine machine, GivenCluster cluster) {
        Tried(StateMachine machine) {
            this(machine, new GivenCluster());
            machine.onStart(cluster);
        }
    }

    /**
     * Begins with a new state machine.
     *
     * @param maker makes one, each time the same
     * @return a tester of it
     */
    public static StateMachineTester of(Supplier<? extends StateMachine> maker) {
        return new StateMachineTester(maker);
    }

    /**
     * Activates a behaviour for the commands that follow.
     *
     * @param newVersion which one
     * @return this
     */
    public StateMachineTester withVersion(int newVersion) {
        version = newVersion;
        return this;
    }

    /**
     * Sets the longest reply, as the engine's setting of that name does; 1024 bytes unless this is called.
     *
     * @param bytes its length
     * @return this
     */
    public StateMachineTester withMaxReplyBytes(int bytes) {
        maxReplyBytes = bytes;
        return this;
    }

    /**
     * Lets the cluster's time pass before the next command; timers that are due then fire before it.
     *
     * @param ns how much
     * @return this
     */
    public StateMachineTester pass(long ns) {
        timeNs += ns;
        return this;
    }

    /**
     * Applies a command. What the state machine throws comes out of here, and would stop its applier.
     *
     * @param command its bytes
     * @return the reply, to be read
     * @throws AssertionError if the state machine has changed the command's bytes
     */
    public Reply apply(byte[] command) {
        timeNs += STEP_NS;
        GivenCommand given = new GivenCommand(
                commands.size() + 1L, timeNs, version, new UnsafeBuffer(Arrays.copyOf(command, command.length)));
        GivenReply reply = apply(tried, given);
        commands.add(given);
        replies.add(reply);
        return reply;
    }

    private GivenReply apply(Tried to, GivenCommand command) {
        byte[] before = command.copy();
        GivenReply reply = new GivenReply(command.index(), maxReplyBytes);
        to.cluster().enter(to.machine(), command.index(), command.clusterTimeNs());
        to.machine().apply(command, reply);
        to.cluster().leave();
        if (!Arrays.equals(before, command.copy())) {
            throw new AssertionError("the state machine has changed the bytes of command " + command.index()
                    + ", which belong to the journal");
        }
        return reply.sealed();
    }

    /**
     * All that the checks below check.
     *
     * @throws AssertionError saying what differs
     */
    public void check() {
        checkSnapshot();
        checkReplay();
    }

    /**
     * What is saved can be loaded by a new state machine, completely, and is the same state there.
     *
     * @throws AssertionError saying what differs
     */
    public void checkSnapshot() {
        byte[] saved = save(tried);
        Tried other = new Tried(maker.get());
        GivenState in = load(other, saved, version);
        if (!in.isAtEnd()) {
            throw new AssertionError(
                    "load has left " + in.left() + " of the " + saved.length + " bytes that save wrote");
        }
        requireSame(saved, save(other), "a state that was saved, loaded and saved again");
        requireSame(saved, save(tried), "a state that was saved twice");
        requireSameHash(other, "after a state was saved and loaded");
    }

    /**
     * A new state machine that is given the same commands says the same, and comes to the same state; also one that begins
     * with a snapshot from the middle.
     *
     * @throws AssertionError saying what differs
     */
    public void checkReplay() {
        byte[] expected = save(tried);
        Tried again = new Tried(maker.get());
        replay(again, 0);
        requireSame(expected, save(again), "the state after the same commands");
        requireSameHash(again, "after the same commands");
        int middle = commands.size() / 2;
        Tried half = new Tried(maker.get());
        for (int i = 0; i < middle; i++) {
            apply(half, commands.get(i));
        }
        Tried rest = new Tried(maker.get());
        load(
                rest,
                save(half),
                middle == 0 ? FIRST_VERSION : commands.get(middle - 1).version());
        rest.cluster().copy(half.cluster());
        replay(rest, middle);
        requireSame(expected, save(rest), "the state after a snapshot at command " + middle + " and the rest");
    }

    private void requireSameHash(Tried other, String when) {
        long expected = tried.machine().hash();
        long found = other.machine().hash();
        if (found != expected) {
            throw new AssertionError("hash is " + expected + ", and " + found + " " + when
                    + ": it must depend on what save writes, and on nothing else");
        }
    }

    private void replay(Tried to, int from) {
        for (int i = from; i < commands.size(); i++) {
            GivenReply reply = apply(to, commands.get(i));
            if (!reply.isLike(replies.get(i))) {
                throw new AssertionError("command " + commands.get(i).index() + " was answered with " + replies.get(i)
                        + ", and at a replay with " + reply + ": the state machine is not deterministic");
            }
        }
    }

    private static GivenState load(Tried into, byte[] saved, int active) {
        GivenState in = new GivenState(saved, active);
        try {
            into.machine().load(in);
        } catch (RuntimeException e) {
            throw new AssertionError("load has thrown, given the " + saved.length + " bytes that save wrote: " + e, e);
        }
        return in;
    }

    private static byte[] save(Tried from) {
        GivenState out = new GivenState(new byte[0], 1);
        from.machine().save(out);
        return out.bytes();
    }

    private static void requireSame(byte[] expected, byte[] found, String what) {
        if (!Arrays.equals(expected, found)) {
            throw new AssertionError(what + " differs from byte " + Arrays.mismatch(expected, found) + " on, of "
                    + expected.length + " and " + found.length);
        }
    }
}
