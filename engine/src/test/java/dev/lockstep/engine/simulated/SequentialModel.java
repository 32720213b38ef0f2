package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.pipeline.WrittenEntry;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one node that never fails makes of a committed log: sessions, timers and state, as plainly as they can be written, and what
 * each command is answered.
 */
final class SequentialModel {
    /**
     * What is to be answered to a command.
     *
     * @param outcome what became of it; {@link Outcome#REPLY_GONE} is as good for one that comes again
     * @param step what the state machine said; null if it was not asked
     */
    record Answer(long session, long sequence, Outcome outcome, ModelState.Step step, boolean isRepeated) {}

    private static final class Session {
        private long last;
        private long activeNs;
        private final Map<Long, Answer> answers = new HashMap<>();
    }

    private final PlainCluster cluster = new PlainCluster();
    private final ModelState state = new ModelState(cluster);
    /** In the order of activity. */
    private final LinkedHashMap<Long, Session> sessions = new LinkedHashMap<>();

    private final Set<Long> done = new HashSet<>();
    /** By index, from 1; null where there is no command. */
    private final List<Answer> answers = new ArrayList<>();

    private final List<Long> hashes = new ArrayList<>();
    private final Frame frame = new Frame();
    private long lastCommandIndex;

    /** @return up to where it has come */
    long lastIndex() {
        return answers.size();
    }

    /** @return what is to be answered to the command of an index; null if it is none, or not known yet */
    Answer answer(long index) {
        return index >= 1 && index <= answers.size() ? answers.get((int) index - 1) : null;
    }

    /** @return whether the state machine was given what stands at an index */
    boolean isGiven(long index) {
        Answer answer = answer(index);
        return answer != null && answer.step() != null && !answer.isRepeated();
    }

    /** @return the state's hash after an index; null if it is not known yet */
    Long hashAfter(long index) {
        if (index == 0) {
            return 0L;
        }
        return index <= hashes.size() ? hashes.get((int) index - 1) : null;
    }

    /** The frame that follows. */
    void apply(LogEntry entry) {
        frame.wrap(entry.bytes(), 0);
        long timeNs = frame.clusterTimeNs();
        if (frame.type() == FrameType.NO_OP) {
            sessions.values().forEach(each -> each.activeNs = timeNs);
        } else if (frame.type() != FrameType.SESSION && frame.type() != FrameType.CHECKPOINT) {
            expire(timeNs);
        }
        cluster.stand(frame.firstIndex(), timeNs);
        for (PlainCluster.Timer timer : cluster.takeDue()) {
            lastCommandIndex = frame.firstIndex();
            state.onTimer(timer.id(), timer.deadlineNs());
        }
        if (frame.commandCount() > 0) {
            frame.rewind();
            while (frame.nextCommand()) {
                note(entry(timeNs));
            }
        }
        while (answers.size() < frame.lastIndex()) {
            note(null);
        }
    }

    private Answer entry(long timeNs) {
        return switch (frame.type()) {
            case COMMANDS -> command();
            case SESSION -> act(timeNs);
            default -> null;
        };
    }

    private void note(Answer answer) {
        answers.add(answer);
        hashes.add(state.hash());
    }

    private void expire(long timeNs) {
        Iterator<Session> oldest = sessions.values().iterator();
        while (oldest.hasNext() && oldest.next().activeNs <= timeNs - WrittenEntry.SESSION_TIMEOUT_NS) {
            oldest.remove();
        }
    }

    private Answer act(long timeNs) {
        WrittenEntry act = WrittenEntry.act(frame.buffer(), frame.commandOffset());
        switch (act.act()) {
            case WrittenEntry.OPEN -> open(act.session(), timeNs);
            case WrittenEntry.CLOSE -> sessions.remove(act.session());
            default -> use(act.session(), timeNs);
        }
        return null;
    }

    private void open(long name, long timeNs) {
        if (sessions.containsKey(name)) {
            return;
        }
        if (sessions.size() == WrittenEntry.MAX_SESSIONS) {
            sessions.remove(sessions.keySet().iterator().next());
        }
        Session session = new Session();
        session.activeNs = timeNs;
        sessions.put(name, session);
    }

    private Session use(long name, long timeNs) {
        Session session = sessions.remove(name);
        if (session != null) {
            session.activeNs = timeNs;
            sessions.put(name, session);
        }
        return session;
    }

    private Answer command() {
        WrittenEntry entry = WrittenEntry.command(frame.buffer(), frame.commandOffset(), frame.commandLength());
        Session session = use(entry.session(), frame.clusterTimeNs());
        if (session == null || entry.sequence() > session.last + 1) {
            return new Answer(entry.session(), entry.sequence(), Outcome.NOT_APPLIED, null, false);
        }
        if (entry.sequence() <= session.last) {
            Answer first = session.answers.get(entry.sequence());
            return new Answer(entry.session(), entry.sequence(), first.outcome(), first.step(), true);
        }
        session.last++;
        Answer answer = next(entry);
        session.answers.put(entry.sequence(), answer);
        return answer;
    }

    private Answer next(WrittenEntry entry) {
        if (entry.expectedIndex() >= 0 && lastCommandIndex > entry.expectedIndex()) {
            return new Answer(entry.session(), entry.sequence(), Outcome.OUTDATED, null, false);
        }
        lastCommandIndex = frame.commandIndex();
        cluster.stand(lastCommandIndex, frame.clusterTimeNs());
        ModelState.Step step = state.apply(
                frame.buffer(),
                entry.payloadAt(),
                entry.payloadLength(),
                frame.commandIndex(),
                frame.clusterTimeNs(),
                frame.stateMachineVersion());
        Violation.check(
                done.add(step.order()),
                Check.ONCE,
                () -> "order " + step.order() + " is done a second time, at index " + frame.commandIndex());
        Outcome outcome = step.code() == 0 ? Outcome.APPLIED : Outcome.REJECTED;
        return new Answer(entry.session(), entry.sequence(), outcome, step, false);
    }
}
