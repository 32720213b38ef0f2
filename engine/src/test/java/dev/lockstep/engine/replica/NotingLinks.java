package dev.lockstep.engine.replica;

import dev.lockstep.engine.sbe.AppendDecoder;
import dev.lockstep.engine.sbe.AppendReplyDecoder;
import dev.lockstep.engine.sbe.ChunkDecoder;
import dev.lockstep.engine.sbe.ChunkRequestDecoder;
import dev.lockstep.engine.sbe.DamageSuspectedDecoder;
import dev.lockstep.engine.sbe.HeartbeatDecoder;
import dev.lockstep.engine.sbe.HeartbeatReplyDecoder;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.PromiseReplyDecoder;
import dev.lockstep.engine.sbe.PromiseRequestDecoder;
import dev.lockstep.engine.sbe.PromoteThereDecoder;
import dev.lockstep.engine.sbe.ReadReplyDecoder;
import dev.lockstep.engine.sbe.RecoverReplyDecoder;
import dev.lockstep.engine.sbe.SnapshotOfferDecoder;
import dev.lockstep.engine.sbe.TakeOverDecoder;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Takes what a node says to others, and tells it in words: {@code 2: frame 6-8} is what node 2 was sent. */
final class NotingLinks implements Links {
    /** One message. */
    record Said(int node, UnsafeBuffer bytes) {
        AppendDecoder append() {
            return new AppendDecoder().wrapAndApplyHeader(bytes, 0, new MessageHeaderDecoder());
        }

        AppendReplyDecoder appendReply() {
            return new AppendReplyDecoder().wrapAndApplyHeader(bytes, 0, new MessageHeaderDecoder());
        }

        int template() {
            return new MessageHeaderDecoder().wrap(bytes, 0).templateId();
        }

        @Override
        public String toString() {
            return node + ": " + words();
        }

        private String words() {
            MessageHeaderDecoder header = new MessageHeaderDecoder();
            return switch (template()) {
                case AppendDecoder.TEMPLATE_ID -> wordsOfAppend();
                case AppendReplyDecoder.TEMPLATE_ID -> wordsOf(appendReply());
                case HeartbeatDecoder.TEMPLATE_ID -> {
                    HeartbeatDecoder message = new HeartbeatDecoder().wrapAndApplyHeader(bytes, 0, header);
                    yield "heartbeat of round " + message.round() + ", commit " + message.commit();
                }
                case HeartbeatReplyDecoder.TEMPLATE_ID ->
                    "round "
                            + new HeartbeatReplyDecoder()
                                    .wrapAndApplyHeader(bytes, 0, header)
                                    .round();
                case ReadReplyDecoder.TEMPLATE_ID -> {
                    ReadReplyDecoder message = new ReadReplyDecoder().wrapAndApplyHeader(bytes, 0, header);
                    yield "read " + message.id() + " at " + message.index();
                }
                default -> wordsOfRare(header);
            };
        }

        private String wordsOfAppend() {
            if (bytes.capacity() == Outbox.APPEND_LENGTH) {
                return "probe " + append().previous().index();
            }
            Frame frame = new Frame().wrap(bytes, Outbox.APPEND_LENGTH);
            return "frame " + frame.firstIndex() + "-" + frame.lastIndex();
        }

        private static String wordsOf(AppendReplyDecoder reply) {
            AppendVerdict verdict = AppendVerdict.of(reply.verdict());
            return verdict + " " + reply.index()
                    + (verdict == AppendVerdict.MATCHED ? ", flushed " + reply.flushedIndex() : "");
        }

        private String wordsOfRare(MessageHeaderDecoder header) {
            return switch (template()) {
                case TakeOverDecoder.TEMPLATE_ID -> "take over";
                case RecoverReplyDecoder.TEMPLATE_ID ->
                    "recover up to "
                            + new RecoverReplyDecoder()
                                    .wrapAndApplyHeader(bytes, 0, header)
                                    .lastIndex();
                case SnapshotOfferDecoder.TEMPLATE_ID ->
                    "snapshot "
                            + new SnapshotOfferDecoder()
                                    .wrapAndApplyHeader(bytes, 0, header)
                                    .snapshot()
                                    .index();
                case ChunkRequestDecoder.TEMPLATE_ID -> {
                    ChunkRequestDecoder message = new ChunkRequestDecoder().wrapAndApplyHeader(bytes, 0, header);
                    yield "wants chunk " + message.number() + " of "
                            + message.snapshot().index();
                }
                case ChunkDecoder.TEMPLATE_ID -> {
                    ChunkDecoder message = new ChunkDecoder().wrapAndApplyHeader(bytes, 0, header);
                    yield "chunk " + message.number() + " of "
                            + message.snapshot().index() + ", " + (bytes.capacity() - Outbox.CHUNK_LENGTH) + " bytes";
                }
                case DamageSuspectedDecoder.TEMPLATE_ID ->
                    "damage at "
                            + new DamageSuspectedDecoder()
                                    .wrapAndApplyHeader(bytes, 0, header)
                                    .index();
                case PromiseRequestDecoder.TEMPLATE_ID ->
                    "promise "
                            + new PromiseRequestDecoder()
                                    .wrapAndApplyHeader(bytes, 0, header)
                                    .askedTerm();
                case PromiseReplyDecoder.TEMPLATE_ID -> {
                    PromiseReplyDecoder message = new PromiseReplyDecoder().wrapAndApplyHeader(bytes, 0, header);
                    yield "promised " + message.askedTerm() + ", last "
                            + message.last().index() + " of epoch " + message.logEpoch();
                }
                case PromoteThereDecoder.TEMPLATE_ID -> "promote there";
                default -> "message " + header.templateId();
            };
        }
    }

    private final List<Said> said = new ArrayList<>();
    private final Set<Integer> full = new HashSet<>();
    /** What a test does at the moment when something is said. */
    Runnable whenSaid = () -> {};

    /** Run whenever what was said may leave. */
    Runnable whenDeparting = () -> {};

    @Override
    public void depart() {
        whenDeparting.run();
    }

    @Override
    public long offer(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        if (full.contains(node)) {
            return SendResult.BACK_PRESSURED;
        }
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
        bytes.putBytes(0, buffer, offset, length);
        said.add(new Said(node, bytes));
        whenSaid.run();
        return said.size();
    }

    /** A node is sent nothing more, or is again. */
    void full(int node, boolean isFull) {
        if (isFull) {
            full.add(node);
        } else {
            full.remove(node);
        }
    }

    /** @return what was said since the last time */
    List<Said> take() {
        List<Said> taken = List.copyOf(said);
        said.clear();
        return taken;
    }

    /** @return the same in words */
    List<String> takeWords() {
        return take().stream().map(Said::toString).toList();
    }
}
