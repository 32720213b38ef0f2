package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.replica.Proposals;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import java.util.ArrayList;
import java.util.List;

/** A log in memory, of which a test says when it takes what, and what happens while it does. */
final class PlayedLog implements Proposals {
    /** Of each frame: its type, and the lengths of what it carries. */
    final List<String> frames = new ArrayList<>();
    /** Who waits: index and level. */
    final List<String> waiting = new ArrayList<>();

    /** Called when a frame was sent, before it is known to be proposed. */
    Runnable afterSending = () -> {};

    boolean isOpen = true;
    boolean hasRoom = true;
    boolean isAwaitFull;
    long last;
    private int crc;

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public long propose(FrameEncoder encoder) {
        if (!isOpen) {
            return NOT_PRIMARY;
        }
        if (!hasRoom) {
            return NO_ROOM;
        }
        encoder.term(1).after(last, crc).seal();
        last = encoder.lastIndex();
        crc = encoder.crc();
        frames.add(describe(new Frame().wrap(encoder.buffer(), 0)));
        afterSending.run();
        return isOpen ? last : NOT_PRIMARY;
    }

    private static String describe(Frame frame) {
        List<Integer> lengths = new ArrayList<>();
        while (frame.nextCommand()) {
            boolean isCommand = frame.type() == FrameType.COMMANDS;
            lengths.add(frame.commandLength() - (isCommand ? CommandHead.LENGTH : 0));
        }
        return frame.type() + " " + lengths;
    }

    @Override
    public boolean await(long index, Ack level, long deadlineNs) {
        if (!isAwaitFull) {
            waiting.add(index + " " + level);
        }
        return !isAwaitFull;
    }
}
