package dev.lockstep.engine.replica;

import dev.lockstep.engine.sbe.*;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes what this node says to others, each message with who says it in front, and offers it. Whoever sends something
 * that is not accepted says it again later, or does without. Owned by the replica's thread.
 */
final class Outbox {
    /** Bytes of an Append before its frame. */
    static final int APPEND_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + AppendEncoder.BLOCK_LENGTH;
    /** Bytes of a Chunk before its bytes. */
    static final int CHUNK_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + ChunkEncoder.BLOCK_LENGTH;

    private static final int APPEND_REPLY_LENGTH =
            MessageHeaderEncoder.ENCODED_LENGTH + AppendReplyEncoder.BLOCK_LENGTH;
    private static final int LONGEST_RARE_MESSAGE = 128 << 10;
    private static final byte[] NOTHING = {};

    private final Links links;
    private final Promises promises;
    private final UnsafeBuffer buffer;
    /** Holds an Append, of which only what changes within a term is written each time. */
    private final UnsafeBuffer appendBuffer;

    private final UnsafeBuffer appendReplyBuffer = new UnsafeBuffer(new byte[APPEND_REPLY_LENGTH]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final AppendEncoder append = new AppendEncoder();
    private final AppendReplyEncoder appendReply = new AppendReplyEncoder();
    private final HeartbeatEncoder heartbeat = new HeartbeatEncoder();
    private final HeartbeatReplyEncoder heartbeatReply = new HeartbeatReplyEncoder();
    private final VoteRequestEncoder voteRequest = new VoteRequestEncoder();
    private final VoteReplyEncoder voteReply = new VoteReplyEncoder();
    private final int stateMachineVersion;
    private Term appendStampedIn;
    private Term appendReplyStampedIn;

    /**
     * @param maxFrameBytes the longest frame
     * @param stateMachineVersion the highest that this node can apply
     */
    Outbox(Links links, Promises promises, int maxFrameBytes, int stateMachineVersion) {
        this.stateMachineVersion = stateMachineVersion;
        this.links = links;
        this.promises = promises;
        this.buffer = new UnsafeBuffer(new byte[LONGEST_RARE_MESSAGE]);
        this.appendBuffer = new UnsafeBuffer(new byte[APPEND_LENGTH + maxFrameBytes]);
    }

    private void stamp(StampEncoder stamp) {
        stamp.epoch(promises.term().epoch())
                .term(promises.term().number())
                .identity(promises.identity().value())
                .start(promises.start());
    }

    /** What carries a configuration may be longer than {@link Stream#CONTROL} takes, and is said again if it is not accepted. */
    private void sayAtLength(int node, int encodedLength) {
        offer(node, Stream.BULK, buffer, MessageHeaderEncoder.ENCODED_LENGTH + encodedLength);
    }

    private boolean say(int node, int encodedLength) {
        return offer(node, Stream.CONTROL, buffer, MessageHeaderEncoder.ENCODED_LENGTH + encodedLength) >= 0;
    }

    /** What was said so far may leave before what follows is done. */
    void depart() {
        links.depart();
    }

    private long offer(int node, Stream stream, DirectBuffer message, int length) {
        long result = links.offer(node, stream, message, 0, length);
        Invariant.check(result != SendResult.TOO_LARGE, "a message that is longer than its stream carries");
        return result;
    }

    void unborn(int node, String members) {
        UnbornEncoder message = new UnbornEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        byte[] text = members.getBytes(StandardCharsets.UTF_8);
        message.putMembers(text, 0, text.length);
        sayAtLength(node, message.encodedLength());
    }

    /** @param firstFrame the first frame of the log; null if it is no longer there */
    void welcome(int node, PlacedConfig config, byte[] firstFrame) {
        WelcomeEncoder message = new WelcomeEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        byte[] encoded = encoded(config);
        message.putConfig(encoded, 0, encoded.length);
        byte[] frame = firstFrame == null ? NOTHING : firstFrame;
        message.putFirstFrame(frame, 0, frame.length);
        sayAtLength(node, message.encodedLength());
    }

    private static byte[] encoded(PlacedConfig config) {
        ExpandableArrayBuffer into = new ExpandableArrayBuffer();
        byte[] bytes = new byte[ConfigCodec.encode(config, into, 0)];
        into.getBytes(0, bytes);
        return bytes;
    }

    void voteRequest(int node, Candidacy candidacy) {
        voteRequest.wrapAndApplyHeader(buffer, 0, header);
        stamp(voteRequest.stamp());
        FrameRefs.write(voteRequest.last(), candidacy.last());
        voteRequest
                .askedTerm(candidacy.term().number())
                .configIndex(candidacy.configIndex())
                .configTerm(candidacy.configTerm())
                .isPreVote(code(candidacy.isPreVote()))
                .isLicensed(code(candidacy.isLicensed()));
        say(node, voteRequest.encodedLength());
    }

    private static short code(boolean value) {
        return (short) (value ? 1 : 0);
    }

    void voteReply(int node, Candidacy asked, VoteRules.Answer answer, long wallClockNs) {
        voteReply.wrapAndApplyHeader(buffer, 0, header);
        stamp(voteReply.stamp());
        voteReply
                .askedTerm(asked.term().number())
                .wallClockNs(wallClockNs)
                .answer(answer.code())
                .isPreVote(code(asked.isPreVote()))
                .isWhole(code(!promises.isRecovering()));
        say(node, voteReply.encodedLength());
    }

    /** @return a position, or one of {@link dev.lockstep.transport.SendResult} */
    long append(int node, FrameRef previous, long commit, DirectBuffer frame, int offset, int length) {
        return append(node, previous.index(), previous.term(), previous.crc(), commit, frame, offset, length);
    }

    /** @return a position, or one of {@link dev.lockstep.transport.SendResult} */
    long append(
            int node,
            long previousIndex,
            long previousTerm,
            int previousCrc,
            long commit,
            DirectBuffer frame,
            int offset,
            int length) {
        encodeAppend(previousIndex, previousTerm, previousCrc, commit, frame, offset, length);
        return appendAgain(node, length);
    }

    /** Lays out an Append, to be offered to several with {@link #appendAgain}. */
    void encodeAppend(
            long previousIndex,
            long previousTerm,
            int previousCrc,
            long commit,
            DirectBuffer frame,
            int offset,
            int length) {
        if (!isOfThisTerm(appendStampedIn)) {
            append.wrapAndApplyHeader(appendBuffer, 0, header);
            stamp(append.stamp());
            appendStampedIn = promises.term();
        }
        append.previous().index(previousIndex).term(previousTerm).crc(previousCrc);
        append.commit(commit);
        if (length > 0) {
            appendBuffer.putBytes(APPEND_LENGTH, frame, offset, length);
        }
    }

    @SuppressWarnings("ReferenceEquality") // it is another object as soon as anything of the stamp is another one
    private boolean isOfThisTerm(Term stampedIn) {
        return stampedIn == promises.term();
    }

    /** @return a position, or one of {@link dev.lockstep.transport.SendResult} */
    long appendAgain(int node, int length) {
        return offer(node, Stream.LOG, appendBuffer, APPEND_LENGTH + length);
    }

    /** @return whether it was accepted */
    boolean appendReply(int node, AppendVerdict verdict, long index, long flushedIndex, long commit) {
        if (!isOfThisTerm(appendReplyStampedIn)) {
            appendReply.wrapAndApplyHeader(appendReplyBuffer, 0, header);
            stamp(appendReply.stamp());
            appendReplyStampedIn = promises.term();
        }
        appendReply
                .index(index)
                .flushedIndex(flushedIndex)
                .commit(commit)
                .verdict(verdict.code())
                .isWhole(code(!promises.isRecovering()));
        return offer(node, Stream.CONTROL, appendReplyBuffer, APPEND_REPLY_LENGTH) >= 0;
    }

    /** @return whether it was accepted */
    boolean heartbeat(int node, long commit, long round, boolean isSnapshotTurn, SnapshotManifest newest) {
        heartbeat.wrapAndApplyHeader(buffer, 0, header);
        stamp(heartbeat.stamp());
        heartbeat.commit(commit).round(round).isSnapshotTurn(code(isSnapshotTurn));
        FrameRefs.write(heartbeat.snapshot(), newest == null ? FrameRef.ORIGIN : newest.last());
        return say(node, heartbeat.encodedLength());
    }

    /**
     * @param need whether it should take a snapshot
     * @param newest that it keeps; null if there is none
     */
    void heartbeatReply(int node, long round, SnapshotNeed need, SnapshotManifest newest, Checkpoint checkpoint) {
        heartbeatReply.wrapAndApplyHeader(buffer, 0, header);
        stamp(heartbeatReply.stamp());
        heartbeatReply
                .round(round)
                .isWhole(code(!promises.isRecovering()))
                .stateMachineVersion(stateMachineVersion)
                .snapshotNeed((short) need.code())
                .checkpointIndex(checkpoint.index())
                .checkpointHash(checkpoint.hash());
        FrameRefs.write(heartbeatReply.snapshot(), newest == null ? FrameRef.ORIGIN : newest.last());
        say(node, heartbeatReply.encodedLength());
    }

    void takeOver(int node) {
        TakeOverEncoder message = new TakeOverEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        say(node, message.encodedLength());
    }

    boolean recover(int node, long nonce) {
        RecoverEncoder message = new RecoverEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        return say(node, message.nonce(nonce).encodedLength());
    }

    void recoverReply(int node, long nonce, long lastIndex) {
        RecoverReplyEncoder message = new RecoverReplyEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        say(node, message.nonce(nonce).lastIndex(lastIndex).encodedLength());
    }

    void registerWrite(int node, long sequence, Identity first, Identity second) {
        RegisterWriteEncoder message = new RegisterWriteEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        message.sequence(sequence).first(first.value()).second(second.value());
        say(node, message.encodedLength());
    }

    void registerReply(int node, long sequence) {
        RegisterReplyEncoder message = new RegisterReplyEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        say(node, message.sequence(sequence).encodedLength());
    }

    void snapshotOffer(int node, FrameRef snapshot) {
        SnapshotOfferEncoder message = new SnapshotOfferEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        FrameRefs.write(message.snapshot(), snapshot);
        say(node, message.encodedLength());
    }

    void chunkRequest(int node, FrameRef snapshot, int number) {
        ChunkRequestEncoder message = new ChunkRequestEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        FrameRefs.write(message.snapshot(), snapshot);
        say(node, message.number(number).encodedLength());
    }

    /** Writes what stands before a chunk's bytes. */
    void chunkHead(UnsafeBuffer into, FrameRef snapshot, int number) {
        ChunkEncoder message = new ChunkEncoder().wrapAndApplyHeader(into, 0, header);
        stamp(message.stamp());
        FrameRefs.write(message.snapshot(), snapshot);
        message.number(number);
    }

    /** @return a position, or one of {@link dev.lockstep.transport.SendResult}; offered anew from the same place */
    long bulk(int node, DirectBuffer message, int length) {
        return offer(node, Stream.BULK, message, length);
    }

    boolean readRequest(int node, long id) {
        ReadRequestEncoder message = new ReadRequestEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        return say(node, message.id(id).encodedLength());
    }

    void readReply(int node, long id, long index) {
        ReadReplyEncoder message = new ReadReplyEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        say(node, message.id(id).index(index).encodedLength());
    }

    /** @param config with the lineage; null if none is known */
    void epochNotice(int node, PlacedConfig config) {
        EpochNoticeEncoder message = new EpochNoticeEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        byte[] encoded = config == null ? NOTHING : encoded(config);
        message.putConfig(encoded, 0, encoded.length);
        sayAtLength(node, message.encodedLength());
    }

    void promiseRequest(int node, long askedTerm, FrameRef mustHold) {
        PromiseRequestEncoder message = new PromiseRequestEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        FrameRefs.write(message.mustHold(), mustHold);
        say(node, message.askedTerm(askedTerm).encodedLength());
    }

    void promiseReply(int node, long askedTerm, Holding holding) {
        PromiseReplyEncoder message = new PromiseReplyEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        FrameRefs.write(message.mustHold(), holding.mustHold());
        FrameRefs.write(message.committed(), holding.committed());
        FrameRefs.write(message.last(), holding.last());
        message.askedTerm(askedTerm).logEpoch(holding.logEpoch()).isHolding(code(holding.isHeld()));
        say(node, message.encodedLength());
    }

    void promoteThere(int node, List<Integer> lost) {
        PromoteThereEncoder message = new PromoteThereEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        byte[] numbers = new byte[lost.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = lost.get(i).byteValue();
        }
        message.putLost(numbers, 0, numbers.length);
        say(node, message.encodedLength());
    }

    void damageSuspected(int node, long index) {
        DamageSuspectedEncoder message = new DamageSuspectedEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        say(node, message.index(index).encodedLength());
    }

    void bothSound(int node, long index) {
        BothSoundEncoder message = new BothSoundEncoder().wrapAndApplyHeader(buffer, 0, header);
        stamp(message.stamp());
        say(node, message.index(index).encodedLength());
    }
}
