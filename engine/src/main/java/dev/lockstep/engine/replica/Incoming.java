package dev.lockstep.engine.replica;

import dev.lockstep.engine.sbe.*;
import dev.lockstep.storage.frame.Frame;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads what others say and brings it to whom it concerns: first who says it, then in which epoch, then in which term
 * (PROTOCOL A, H). Owned by the replica's thread.
 */
final class Incoming {
    private static final int STAMP_END = MessageHeaderDecoder.ENCODED_LENGTH + StampDecoder.ENCODED_LENGTH;

    private final Core core;
    private final Stage stage;
    private final Services services;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final StampDecoder stamp = new StampDecoder();
    private final AppendDecoder append = new AppendDecoder();
    private final AppendReplyDecoder appendReply = new AppendReplyDecoder();
    private final HeartbeatDecoder heartbeat = new HeartbeatDecoder();
    private final HeartbeatReplyDecoder heartbeatReply = new HeartbeatReplyDecoder();
    private final VoteRequestDecoder voteRequest = new VoteRequestDecoder();
    private final VoteReplyDecoder voteReply = new VoteReplyDecoder();
    private final ChunkRequestDecoder chunkRequest = new ChunkRequestDecoder();
    private final ChunkDecoder chunk = new ChunkDecoder();
    /** Of the message that is being read. */
    private int template;

    private int blockLength;
    private int version;

    Incoming(Core core, Stage stage, Services services) {
        this.core = core;
        this.stage = stage;
        this.services = services;
    }

    void onMessage(int from, DirectBuffer buffer, int offset, int length) {
        if (!isReadable(buffer, offset, length)) {
            core.remark("node " + from + " sent something that is no message of this version; it was not taken");
            return;
        }
        stamp.wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH);
        if (!isFromWhoIsThere(from)) {
            return;
        }
        if (!Term.isPossible(stamp.epoch(), stamp.term())) {
            core.remark("node " + from + " speaks of a term that nobody can have come to; it was not taken");
            return; // before it is remembered: nothing that it says later could come up to that
        }
        if (!isBoundByWhatItSaid(from)) {
            return;
        }
        boolean isBorn = core.promises.isBorn();
        switch (template) {
            case UnbornDecoder.TEMPLATE_ID -> onUnborn(from, buffer, offset, isBorn);
            case WelcomeDecoder.TEMPLATE_ID -> onWelcome(from, buffer, offset, isBorn);
            default -> {
                if (isBorn) {
                    onMembersMessage(from, buffer, offset, length);
                }
            }
        }
    }

    private boolean isReadable(DirectBuffer buffer, int offset, int length) {
        if (length < STAMP_END) {
            return false;
        }
        header.wrap(buffer, offset);
        template = header.templateId();
        blockLength = header.blockLength();
        version = header.version();
        int head = MessageHeaderDecoder.ENCODED_LENGTH + blockLength;
        return header.schemaId() == MessageHeaderDecoder.SCHEMA_ID
                && MessageKinds.isLongEnough(template, blockLength)
                && length >= head
                && MessageKinds.isComplete(template, buffer, offset + head, offset + length);
    }

    /** What an older start of it sent, or somebody else in its place, is of no account (safety 12, 17). */
    private boolean isFromWhoIsThere(int from) {
        return core.peers.isCurrent(from, stamp.identity(), stamp.start());
    }

    private boolean isBoundByWhatItSaid(int from) {
        if (core.peers.hear(from, stamp.epoch(), stamp.term())) {
            return true;
        }
        core.refuse(
                from,
                "is in term " + new Term(stamp.epoch(), stamp.term()) + ", and was in term "
                        + core.peers.remembered(from) + " in an earlier start");
        stage.duty().onRefused(from);
        return false;
    }

    private void onUnborn(int from, DirectBuffer buffer, int offset, boolean isBorn) {
        if (!isBorn) {
            UnbornDecoder message = new UnbornDecoder().wrapAndApplyHeader(buffer, offset, header);
            services.births().onUnborn(from, message.members());
        } else if (core.peers.isNamed(from, core.config())) {
            core.outbox.welcome(from, core.configs.newest(), firstFrame());
        }
    }

    private byte[] firstFrame() {
        if (core.log.base().index() > 0 || core.log.lastIndex() == 0) {
            return null;
        }
        Frame first = core.log.frameAt(1);
        byte[] bytes = new byte[first.length()];
        first.buffer().getBytes(first.offset(), bytes);
        return bytes;
    }

    private void onWelcome(int from, DirectBuffer buffer, int offset, boolean isBorn) {
        if (isBorn) {
            return;
        }
        WelcomeDecoder message = new WelcomeDecoder().wrapAndApplyHeader(buffer, offset, header);
        Term term = new Term(stamp.epoch(), stamp.term());
        byte[] config = new byte[message.configLength()];
        message.getConfig(config, 0, config.length);
        byte[] frame = new byte[message.firstFrameLength()];
        message.getFirstFrame(frame, 0, frame.length);
        PlacedConfig placed = read(from, config);
        if (placed != null) {
            services.births().onWelcome(from, term, placed, new UnsafeBuffer(frame), frame.length);
        }
    }

    /** @return null if this version cannot read it, which is told */
    private PlacedConfig read(int from, byte[] config) {
        try {
            return ConfigCodec.decodePlaced(new UnsafeBuffer(config), 0, config.length);
        } catch (IllegalArgumentException e) {
            core.remarkUnreadable(from, e);
            return null;
        }
    }

    private void onMembersMessage(int from, DirectBuffer buffer, int offset, int length) {
        if (template == EpochNoticeDecoder.TEMPLATE_ID) {
            onEpochNotice(from, buffer, offset);
            return;
        }
        if (stamp.epoch() != core.promises.term().epoch()) {
            services.epochs().tell(from);
            return;
        }
        if (core.promises.isYielding() && !isOfOperator()) {
            services.epochs().tell(from);
            return;
        }
        switch (template) {
            case VoteRequestDecoder.TEMPLATE_ID ->
                services.elector().onRequest(from, voteRequest.wrapAndApplyHeader(buffer, offset, header));
            case ChunkRequestDecoder.TEMPLATE_ID -> onChunkRequest(from, buffer, offset);
            case ChunkDecoder.TEMPLATE_ID -> onChunk(from, buffer, offset, length);
            case PromiseRequestDecoder.TEMPLATE_ID -> onPromiseRequest(from, buffer, offset);
            case PromiseReplyDecoder.TEMPLATE_ID -> onPromiseReply(from, buffer, offset);
            case PromoteThereDecoder.TEMPLATE_ID -> onPromoteThere(from, buffer, offset);
            default -> onTermsMessage(from, buffer, offset, length);
        }
    }

    /** Whoever has not yet cut its log at the fork takes part in nothing else. */
    private boolean isOfOperator() {
        return template == PromiseRequestDecoder.TEMPLATE_ID
                || template == PromiseReplyDecoder.TEMPLATE_ID
                || template == PromoteThereDecoder.TEMPLATE_ID;
    }

    private void onTermsMessage(int from, DirectBuffer buffer, int offset, int length) {
        long number = core.promises.term().number();
        if (stamp.term() > number) {
            core.promises.raise(new Term(stamp.epoch(), stamp.term()));
            stage.follow();
        } else if (isOld(number) && !isAnswerToPreVote(buffer, offset)) {
            answerOld(from);
            return;
        }
        deliver(from, buffer, offset, length);
    }

    /** Whoever would elect this node has not raised its term for that: the answer binds nobody, and says what it answers. */
    private boolean isAnswerToPreVote(DirectBuffer buffer, int offset) {
        return template == VoteReplyDecoder.TEMPLATE_ID
                && voteReply.wrapAndApplyHeader(buffer, offset, header).isPreVote() != 0;
    }

    /** What was said in an older term proves nothing now (safety 22). */
    private boolean isOld(long number) {
        return stamp.term() < number;
    }

    /** A primary of an older term is told that there is a newer one. */
    private void answerOld(int from) {
        boolean isFromPrimary = template == HeartbeatDecoder.TEMPLATE_ID
                || template == AppendDecoder.TEMPLATE_ID
                || template == RegisterWriteDecoder.TEMPLATE_ID
                || template == SnapshotOfferDecoder.TEMPLATE_ID;
        if (isFromPrimary) {
            core.outbox.heartbeatReply(from, 0, SnapshotNeed.NONE, null, Checkpoint.NONE);
        }
    }

    private void deliver(int from, DirectBuffer buffer, int offset, int length) {
        Duty duty = stage.duty();
        int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        switch (template) {
            case AppendDecoder.TEMPLATE_ID -> {
                append.wrap(buffer, body, blockLength, version);
                int head = MessageHeaderDecoder.ENCODED_LENGTH + blockLength;
                duty.onAppend(from, append, buffer, offset + head, length - head);
            }
            case AppendReplyDecoder.TEMPLATE_ID ->
                duty.onAppendReply(from, appendReply.wrap(buffer, body, blockLength, version));
            case HeartbeatDecoder.TEMPLATE_ID ->
                duty.onHeartbeat(from, heartbeat.wrapAndApplyHeader(buffer, offset, header));
            case HeartbeatReplyDecoder.TEMPLATE_ID ->
                duty.onHeartbeatReply(from, heartbeatReply.wrapAndApplyHeader(buffer, offset, header));
            case VoteReplyDecoder.TEMPLATE_ID ->
                duty.onVoteReply(from, voteReply.wrapAndApplyHeader(buffer, offset, header));
            default -> deliverRare(duty, from, buffer, offset);
        }
    }

    private void deliverRare(Duty duty, int from, DirectBuffer buffer, int offset) {
        switch (template) {
            case TakeOverDecoder.TEMPLATE_ID -> duty.onTakeOver(from);
            case RecoverDecoder.TEMPLATE_ID ->
                duty.onRecover(from, new RecoverDecoder().wrapAndApplyHeader(buffer, offset, header));
            case RecoverReplyDecoder.TEMPLATE_ID ->
                duty.onRecoverReply(from, new RecoverReplyDecoder().wrapAndApplyHeader(buffer, offset, header));
            case RegisterWriteDecoder.TEMPLATE_ID ->
                duty.onRegisterWrite(from, new RegisterWriteDecoder().wrapAndApplyHeader(buffer, offset, header));
            case RegisterReplyDecoder.TEMPLATE_ID ->
                duty.onRegisterReply(from, new RegisterReplyDecoder().wrapAndApplyHeader(buffer, offset, header));
            case SnapshotOfferDecoder.TEMPLATE_ID ->
                duty.onSnapshotOffer(from, new SnapshotOfferDecoder().wrapAndApplyHeader(buffer, offset, header));
            case ReadRequestDecoder.TEMPLATE_ID ->
                duty.onReadRequest(
                        from,
                        new ReadRequestDecoder()
                                .wrapAndApplyHeader(buffer, offset, header)
                                .id());
            case ReadReplyDecoder.TEMPLATE_ID -> {
                ReadReplyDecoder reply = new ReadReplyDecoder().wrapAndApplyHeader(buffer, offset, header);
                duty.onReadReply(from, reply.id(), reply.index());
            }
            case DamageSuspectedDecoder.TEMPLATE_ID ->
                services.damages()
                        .onSuspected(
                                from,
                                new DamageSuspectedDecoder()
                                        .wrapAndApplyHeader(buffer, offset, header)
                                        .index());
            case BothSoundDecoder.TEMPLATE_ID ->
                services.damages()
                        .onBothSound(
                                from,
                                new BothSoundDecoder()
                                        .wrapAndApplyHeader(buffer, offset, header)
                                        .index());
            default -> {
                // what is rarer still was delivered before
            }
        }
    }

    private void onEpochNotice(int from, DirectBuffer buffer, int offset) {
        EpochNoticeDecoder message = new EpochNoticeDecoder().wrapAndApplyHeader(buffer, offset, header);
        Term senderTerm = new Term(stamp.epoch(), stamp.term());
        byte[] config = new byte[message.configLength()];
        message.getConfig(config, 0, config.length);
        if (config.length == 0) {
            services.epochs().onBareNotice(from, senderTerm);
            return;
        }
        PlacedConfig placed = read(from, config);
        if (placed != null) {
            services.epochs().onNotice(from, senderTerm, placed);
        }
    }

    private void onChunkRequest(int from, DirectBuffer buffer, int offset) {
        chunkRequest.wrapAndApplyHeader(buffer, offset, header);
        if (isChunk(from, chunkRequest.number())) {
            services.server().onRequest(from, chunkRequest, stage.duty());
        }
    }

    private void onChunk(int from, DirectBuffer buffer, int offset, int length) {
        chunk.wrapAndApplyHeader(buffer, offset, header);
        int head = MessageHeaderDecoder.ENCODED_LENGTH + blockLength;
        if (isChunk(from, chunk.number())) {
            services.fetcher().onChunk(from, chunk, buffer, offset + head, length - head);
        }
    }

    /** Whoever keeps snapshots need not expect another one; that one is too high may be, for a snapshot that it has not. */
    private boolean isChunk(int from, int number) {
        if (number < 0) {
            core.remark("node " + from + " speaks of a chunk that cannot be; it was not taken");
        }
        return number >= 0;
    }

    private void onPromiseRequest(int from, DirectBuffer buffer, int offset) {
        PromiseRequestDecoder request = new PromiseRequestDecoder().wrapAndApplyHeader(buffer, offset, header);
        services.founding().onRequest(from, request.askedTerm(), FrameRefs.read(request.mustHold()));
    }

    private void onPromiseReply(int from, DirectBuffer buffer, int offset) {
        PromiseReplyDecoder reply = new PromiseReplyDecoder().wrapAndApplyHeader(buffer, offset, header);
        Holding holding = new Holding(
                FrameRefs.read(reply.mustHold()),
                reply.isHolding() != 0,
                FrameRefs.read(reply.committed()),
                reply.logEpoch(),
                FrameRefs.read(reply.last()));
        services.founding().onReply(from, reply.askedTerm(), holding);
    }

    private void onPromoteThere(int from, DirectBuffer buffer, int offset) {
        PromoteThereDecoder message = new PromoteThereDecoder().wrapAndApplyHeader(buffer, offset, header);
        byte[] numbers = new byte[message.lostLength()];
        message.getLost(numbers, 0, numbers.length);
        List<Integer> lost = new ArrayList<>();
        for (byte each : numbers) {
            lost.add(Byte.toUnsignedInt(each));
        }
        try {
            services.acts().promoteInsteadOf(from, stamp.term(), lost);
        } catch (ActRefused e) {
            core.remark("node " + from + " asked this one to found an epoch: " + e.getMessage());
        }
    }
}
