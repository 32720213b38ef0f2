package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.pipeline.PlayedLimits;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;

/** Those who use a cluster of whole engines: submitters of every node's own, clients from afar, and readers. */
final class EngineLoad implements Load, EngineWatch {
    static final int MAX_COMMAND_BYTES = 120;
    private static final Ack[] LEVELS = Ack.values();
    private static final int SUBMITTERS = 3;
    private static final int MOST_AT_ONCE = 12;
    private static final int MOST_AGAIN = 50;
    private static final int MOST_ROUNDS = 20;
    private static final long SETTLING_NS = 3_000_000_000L;

    /** With these nodes leave the cluster, or are left, and come back. */
    private static final Set<FaultKind> LEAVE_AND_COME = EnumSet.of(
            FaultKind.MEMBERSHIP,
            FaultKind.PROMOTES,
            FaultKind.LOST_DISKS,
            FaultKind.DAMAGED_BALLOTS,
            FaultKind.SET_BACK_DISKS,
            FaultKind.CLONED_DISKS,
            FaultKind.DRIFT);

    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final CommittedLogs committed;
    private final EngineReads reads;
    private final EngineAnswers answers;
    private final EngineFollowers followers;
    private final RepeatingClient repeating;
    private final Set<Long> applied = new HashSet<>();
    private final Set<Long> notApplied = new HashSet<>();
    /** Orders that were said not to be done, so that they may be tried again. */
    private final ArrayDeque<Long> again = new ArrayDeque<>();

    /** Which version of the code each node has: one that was upgraded stays so. */
    private final Map<Integer, Integer> versions = new HashMap<>();

    private final Map<Outcome, Long> told = new EnumMap<>(Outcome.class);
    private long nextNumber = 1;
    private long submitted;
    private boolean isOver;

    EngineLoad(SimulatedCluster cluster, SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
        this.committed = new CommittedLogs(cluster);
        this.reads = new EngineReads(cluster, committed, random.split());
        this.answers = new EngineAnswers(cluster, committed);
        this.followers = new EngineFollowers(cluster, committed);
        this.repeating = new RepeatingClient(this, random.split());
    }

    @Override
    public long submitted() {
        return submitted;
    }

    @Override
    public long readsConfirmed() {
        return reads.answered();
    }

    /** @return how many commands those were told who follow */
    long followed() {
        return followers.told();
    }

    /** @return how many were told what */
    Map<Outcome, Long> told() {
        return told;
    }

    @Override
    public EngineProcess newEngine(SimulatedNode node) {
        ModelMachine machine = new ModelMachine(nextVersion(node), attempt -> onAttemptApplied(node, attempt));
        SplittableRandom ofProcess = random.split();
        EngineProcess process = new EngineProcess(cluster, node, machine, machine, this, PlayedLimits.FEW, ofProcess);
        for (int i = 0; i < SUBMITTERS; i++) {
            boolean isDirect = i == 0;
            process.add(() -> new SessionClient(this, node, () -> process.newSubmitter(isDirect)));
        }
        return process;
    }

    /** Only where no node comes, or comes back, that the others have not waited for: it might be of older code than is active. */
    private int nextVersion(SimulatedNode node) {
        if (cluster.plan.founders().get(node.number - 1).kind() == MemberKind.OBSERVER) {
            return ModelState.VERSIONS; // nobody waits for it
        }
        int drawn = LEAVE_AND_COME.stream().noneMatch(cluster.plan::has) && random.nextInt(3) == 0
                ? 1 + random.nextInt(ModelState.VERSIONS)
                : 1;
        return versions.merge(node.number, drawn, Math::max);
    }

    /** @return the first of as many numbers that nobody else uses, for attempts and for orders */
    long reserveNumbers(int count) {
        long first = nextNumber;
        nextNumber += count;
        return first;
    }

    @Override
    public void begin() {
        cluster.time.in(500_000 + random.nextLong(15_000_000), () -> {
            if (!isOver) {
                step();
                begin();
            }
        });
    }

    @Override
    public void end() {
        isOver = true;
    }

    private void step() {
        SimulatedNode some = cluster.nodes.get(random.nextInt(cluster.nodes.size()));
        if (random.nextInt(3) == 0) {
            reads.read(some);
        }
        for (SimulatedNode each : cluster.nodes) {
            use(each);
        }
        for (SimulatedNode each : cluster.older) {
            use(each);
        }
    }

    private void use(SimulatedNode node) {
        if (!node.isRunning() || node.isPaused()) {
            return;
        }
        node.guarded(() -> useClients(node));
        if (node.isRunning() && random.nextInt(3) == 0) {
            repeating.step(node);
        }
        boolean mustStop = node.engine().clients().stream().anyMatch(SessionClient::isRefused);
        if (node.isRunning() && (mustStop || random.nextInt(3) == 0)) {
            node.turn();
        }
        Violation.check(
                !mustStop || !node.isRunning(),
                Check.INVARIANT,
                () -> "node " + node.number + " goes on though its disk has refused what was offered");
    }

    private void useClients(SimulatedNode node) {
        for (SessionClient client : node.engine().clients()) {
            int lazy = client == node.engine().clients().get(2) ? 50 : 3;
            if (random.nextInt(lazy) == 0) {
                client.poll();
            }
            if (random.nextInt(300) == 0) {
                client.begin();
            }
            boolean isTried = node.engine().isOpen() ? random.nextInt(3) == 0 : random.nextInt(30) == 0;
            if (isTried) {
                submit(client, 1 + random.nextInt(random.nextInt(4) == 0 ? MOST_AT_ONCE : 2));
            }
        }
    }

    private void submit(SessionClient client, int count) {
        for (int i = 0; i < count; i++) {
            Ack ack = random.nextInt(3) == 0 ? LEVELS[1 + random.nextInt(LEVELS.length - 1)] : Ack.QUORUM_APPENDED;
            long expected = random.nextInt(6) == 0 ? client.lastIndex() + random.nextInt(3) : Submitter.ANY_INDEX;
            boolean isAgain = !again.isEmpty() && random.nextBoolean();
            long number = reserveNumbers(1);
            long order = isAgain ? again.poll() : number;
            int length = ModelState.LEAST_BYTES + random.nextInt(MAX_COMMAND_BYTES - ModelState.LEAST_BYTES);
            if (client.offer(number, order, length, ack, expected)) {
                submitted++;
            } else {
                if (isAgain) {
                    again.add(order);
                }
                return;
            }
        }
    }

    // ---- what is heard

    void onTold(SimulatedNode node, Attempt attempt, Reply reply) {
        cluster.trace(
                node.number, "told", attempt.number() * 31 + reply.outcome().code());
        cluster.note(
                node.number,
                () -> "tells of " + attempt + ": " + reply.outcome() + " at " + reply.position() + ", "
                        + reply.reached());
        told.merge(reply.outcome(), 1L, Long::sum);
        if (reply.outcome() == Outcome.NOT_APPLIED) {
            Violation.check(
                    !applied.contains(attempt.number()),
                    Check.NOT_APPLIED,
                    () -> "node " + node.number + " says that " + attempt + " was not applied, and somebody has");
            notApplied.add(attempt.number());
            if (again.size() < MOST_AGAIN) {
                again.add(attempt.order());
            }
        } else {
            answers.onTold(node, attempt, reply);
            reads.hear(reply.position());
        }
    }

    /** A state machine is given an attempt. */
    void onAttemptApplied(SimulatedNode node, long attempt) {
        applied.add(attempt);
        Violation.check(
                !notApplied.contains(attempt),
                Check.NOT_APPLIED,
                () -> "node " + node.number + " applies attempt " + attempt + ", which was said not to be applied");
    }

    @Override
    public void onReply(
            SimulatedNode node,
            long index,
            long session,
            long sequence,
            Outcome outcome,
            int code,
            DirectBuffer reply,
            int length) {
        answers.onReply(node, index, session, sequence, outcome, code, reply, length);
    }

    @Override
    public void onApplied(SimulatedNode node, long index, long hash) {
        answers.onApplied(node, index, hash);
    }

    @Override
    public void onTurn(SimulatedNode node) {
        reads.onTurn();
        followers.poll(node);
    }

    @Override
    public void onReadable(SimulatedNode node, long id, long index) {
        // the engine's own reads are looked at where they are answered
    }

    @Override
    public void onCommitted(SimulatedNode node) {
        committed.of(node.replica() == null ? 0 : node.replica().term().epoch());
    }

    @Override
    public void onDeath(SimulatedNode node) {
        reads.onDeath(node);
    }

    @Override
    public void onSetUpAnew() {
        committed.clear();
        reads.clear();
        answers.clear();
        followers.clear();
    }

    // ---- in the end

    /** Everybody is told of everything, and a command that is submitted now is applied everywhere. */
    @Override
    public void finish() {
        settle();
        endDrifts();
        SimulatedNode primary = cluster.operator.primary();
        Violation.check(
                !primary.engine().isTimerPending(),
                Check.LIVENESS,
                () -> "a timer never fires at a healthy primary, node " + primary.number
                        + ", while nobody submits anything");
        boolean isApplied = isApplied(primary);
        if (!isApplied) {
            isApplied = isApplied(primary); // the first one may have been told that its session is no more
        }
        Violation.check(
                isApplied,
                Check.LIVENESS,
                () -> "a healthy primary, node " + primary.number + ", does not apply what is submitted");
        cluster.operator.converge();
        answers.checkStates();
        followers.finish();
    }

    /** States are compared where there is something new: so somebody submits, until whoever has drifted is found and seen to. */
    private void endDrifts() {
        for (int round = 0; round < MOST_ROUNDS && cluster.drifts.isAnyLeft(); round++) {
            isApplied(cluster.operator.primary());
            cluster.operator.converge();
        }
        Violation.check(
                !cluster.drifts.isAnyLeft(),
                Check.DRIFT,
                () -> "a state that is wrong is never found, or nothing helps: " + cluster.operator.describe());
    }

    private boolean isApplied(SimulatedNode primary) {
        long before = told.getOrDefault(Outcome.APPLIED, 0L);
        long number = reserveNumbers(2);
        number += ModelState.isRejected(number) ? 1 : 0;
        boolean isTaken = primary.engine()
                .clients()
                .get(1)
                .offer(number, number, ModelState.LEAST_BYTES, Ack.QUORUM_APPENDED, Submitter.ANY_INDEX);
        settle();
        return isTaken && told.getOrDefault(Outcome.APPLIED, 0L) == before + 1;
    }

    private void settle() {
        cluster.pass(SETTLING_NS);
        for (SimulatedNode each : cluster.nodes) {
            if (each.isRunning()) {
                each.engine().clients().forEach(client -> {
                    client.pollAll();
                    Violation.check(
                            client.isIdle(),
                            Check.LIVENESS,
                            () -> "node " + each.number + " never tells of " + client.oldest());
                });
            }
        }
    }
}
