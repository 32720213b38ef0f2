package dev.lockstep.engine.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Compares the logs of several nodes frame by frame, as their readers give them. */
final class LogComparison {
    private final List<FrameRef> committed = new ArrayList<>();

    /** From now on that frame must be in every log. */
    void committed(FrameRef frame) {
        committed.add(frame);
    }

    void check(List<DiskNode> nodes) {
        DiskNode longest = nodes.get(0);
        for (DiskNode each : nodes) {
            longest = each.journal().base().index() < longest.journal().base().index() ? each : longest;
        }
        for (DiskNode each : nodes) {
            compare(longest, each);
            checkCommitted(each);
        }
    }

    private static void compare(DiskNode longest, DiskNode other) {
        assertThat(other.journal().appended())
                .as("nodes %d and %d", longest.number, other.number)
                .isEqualTo(longest.journal().appended());
        try (JournalReader one = longest.journal().newReader();
                JournalReader two = other.journal().newReader()) {
            ReadResult result = two.next();
            ReadResult expected = one.seek(other.journal().base().index() + 1);
            while (expected == ReadResult.FRAME) {
                assertThat(result).as("node %d: %s", other.number, two.damage()).isEqualTo(ReadResult.FRAME);
                assertThat(bytes(two.frame()))
                        .as("%s of node %d", two.frame(), other.number)
                        .isEqualTo(bytes(one.frame()));
                result = two.next();
                expected = one.next();
            }
            assertThat(expected).as("node %d: %s", longest.number, one.damage()).isEqualTo(ReadResult.END);
            assertThat(result).as("node %d: %s", other.number, two.damage()).isEqualTo(ReadResult.END);
        }
    }

    private static UnsafeBuffer bytes(Frame frame) {
        return new UnsafeBuffer(frame.buffer(), frame.offset(), frame.length());
    }

    private void checkCommitted(DiskNode node) {
        for (FrameRef each : committed) {
            if (each.index() > node.journal().base().index()) {
                assertThat(node.holding(each.index())).isEqualTo(each);
            }
        }
    }
}
