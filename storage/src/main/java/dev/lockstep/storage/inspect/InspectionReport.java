package dev.lockstep.storage.inspect;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.Damage;
import dev.lockstep.storage.journal.DamagedStretch;
import dev.lockstep.storage.journal.InspectedLog;
import dev.lockstep.storage.journal.InspectedSegment;
import dev.lockstep.storage.journal.JournalInspection;
import dev.lockstep.storage.journal.TermSpan;
import java.io.PrintStream;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Prints an inspection: one thing a line, first a word that says what it is, then names and values. What is said in
 * free words comes last on its line.
 */
final class InspectionReport {
    private final JournalInspection inspection;
    private final PrintStream out;

    InspectionReport(JournalInspection inspection, PrintStream out) {
        this.inspection = inspection;
        this.out = out;
    }

    void print() {
        line("journal identity=%s directory=%s", inspection.log().identity(), inspection.directory());
        inspection.segments().forEach(this::printSegment);
        printLog(inspection.log());
        inspection.notes().forEach(note -> line("note %s", note));
        inspection.damage().forEach(this::printDamage);
        int damaged = inspection.damage().size();
        line("%s", damaged == 0 ? "sound" : "damaged places=" + damaged);
    }

    private void printSegment(InspectedSegment segment) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "segment number=%d state=%s in-use=%s size=%d used=%d",
                segment.number(),
                segment.state().name().toLowerCase(Locale.ROOT),
                segment.inUse() ? "yes" : "no",
                segment.sizeBytes(),
                segment.usedBytes()));
        InspectedSegment.Beginning beginning = segment.beginning();
        if (beginning == null) {
            text.append(" origin=unknown");
        } else {
            text.append(String.format(
                    Locale.ROOT,
                    " origin=%s predecessor=%d %s flushed=%d",
                    beginning.origin(),
                    beginning.predecessor(),
                    named("base", beginning.base()),
                    beginning.flushMark()));
        }
        line(
                "%s indexes=%s frames=%d file=%s",
                text,
                range(segment.firstIndex(), segment.lastIndex()),
                segment.frames(),
                inspection.directory().relativize(segment.file()));
    }

    private void printLog(InspectedLog log) {
        String indexes =
                log.isEmpty() ? "none" : range(log.base().index() + 1, log.tip().index());
        line(
                "log indexes=%s %s %s ends=%s",
                indexes,
                named("base", log.base()),
                named("tip", log.tip()),
                log.ending().name().toLowerCase(Locale.ROOT));
        String terms = log.terms().stream().map(InspectionReport::term).collect(Collectors.joining(" "));
        line("terms %s", terms.isEmpty() ? "none" : terms);
        boolean markIsLost = log.flushMark() == Long.MAX_VALUE;
        line("flushed %s", markIsLost ? "unknown" : "index=" + log.flushMark());
    }

    private static String term(TermSpan span) {
        return span.term() + "=" + range(span.firstIndex(), span.lastIndex());
    }

    private void printDamage(DamagedStretch stretch) {
        Damage damage = stretch.damage();
        String resumes = stretch.resumes()
                ? "byte=" + stretch.resumesAtOffset() + " index=" + stretch.resumesAtIndex()
                : "nowhere-in-this-segment";
        line(
                "damage segment=%d byte=%d index=%d file=%s resumes: %s found: %s",
                damage.segment(),
                damage.offset(),
                damage.index(),
                inspection.directory().relativize(damage.file()),
                resumes,
                damage.what());
    }

    void printFrames(Arguments arguments) {
        inspection.frames(arguments.fromIndex(), arguments.toIndex(), (segment, offset, frame) -> {
            printFrame(segment, offset, frame);
            if (arguments.hex()) {
                printCommands(frame, arguments.fromIndex(), arguments.toIndex());
            }
        });
    }

    private void printFrame(InspectedSegment segment, long offset, Frame frame) {
        line(
                "frame indexes=%s segment=%d byte=%d type=%s term=%d commands=%d length=%d crc=%s previous-crc=%s"
                        + " time-ns=%d state-machine-version=%d group=%d flags=%02x",
                range(frame.firstIndex(), frame.lastIndex()),
                segment.number(),
                offset,
                frame.type(),
                frame.term(),
                frame.commandCount(),
                frame.length(),
                crc(frame.crc()),
                crc(frame.previousCrc()),
                frame.clusterTimeNs(),
                frame.stateMachineVersion(),
                frame.group(),
                frame.flags());
    }

    private void printCommands(Frame frame, long from, long to) {
        frame.rewind();
        while (frame.nextCommand()) {
            if (frame.commandIndex() >= from && frame.commandIndex() <= to) {
                byte[] bytes = new byte[frame.commandLength()];
                frame.buffer().getBytes(frame.commandOffset(), bytes);
                line(
                        "command index=%d length=%d hex=%s",
                        frame.commandIndex(), bytes.length, HexFormat.of().formatHex(bytes));
            }
        }
    }

    private static String named(String name, FrameRef ref) {
        return String.format(
                Locale.ROOT, "%s=%d %s-term=%d %s-crc=%s", name, ref.index(), name, ref.term(), name, crc(ref.crc()));
    }

    private static String range(long from, long to) {
        return from == 0 ? "none" : from + ".." + to;
    }

    private static String crc(int crc) {
        return HexFormat.of().toHexDigits(crc);
    }

    private void line(String format, Object... values) {
        out.print(String.format(Locale.ROOT, format, values) + "\n");
    }
}
