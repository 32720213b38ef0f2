package dev.lockstep.engine.replica;

import dev.lockstep.storage.Identity;
import java.util.Arrays;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What several nodes say of their state at one index, as a CHECKPOINT frame carries it: so every node comes to the same
 * judgement, and does so again at every replay.
 *
 * @param index where
 * @param needed how many of those who are asked must say the same, so that it is right
 * @param asked how many are asked, data nodes that vote: they come first. Observers are not, but what they say may be right
 * @param nodes who says something
 * @param identities which journals they have
 * @param hashes what they say
 */
@SuppressWarnings("ArrayRecordComponent") // made once a second, compared by nobody
public record CheckpointVotes(long index, int needed, int asked, int[] nodes, long[] identities, long[] hashes) {
    private static final int NEEDED = 8;
    private static final int COUNT = 12;
    private static final int ASKED = 16;
    private static final int HEAD = 24;
    private static final int IDENTITY = 8;
    private static final int HASH = 16;
    private static final int VOTE = 24;

    /** @return how long it is then, see {@link #lengthOf} */
    public int encode(MutableDirectBuffer buffer, int offset) {
        buffer.putLong(offset, index);
        buffer.putInt(offset + NEEDED, needed);
        buffer.putInt(offset + COUNT, nodes.length);
        buffer.putLong(offset + ASKED, asked);
        for (int i = 0; i < nodes.length; i++) {
            int at = offset + HEAD + i * VOTE;
            buffer.putLong(at, nodes[i]);
            buffer.putLong(at + IDENTITY, identities[i]);
            buffer.putLong(at + HASH, hashes[i]);
        }
        return lengthOf(nodes.length);
    }

    /** @return how long so many votes are */
    public static int lengthOf(int votes) {
        return HEAD + votes * VOTE;
    }

    /**
     * What a later version says behind each vote is passed over.
     *
     * @throws IllegalArgumentException if that is none
     */
    public static CheckpointVotes decode(DirectBuffer buffer, int offset, int length) {
        int count = length >= HEAD ? buffer.getInt(offset + COUNT) : -1;
        long asked = length >= HEAD ? buffer.getLong(offset + ASKED) : -1;
        int voteLength = count > 0 ? (length - HEAD) / count : VOTE;
        boolean isWhole = count >= 0 && voteLength >= VOTE && length == HEAD + (long) count * voteLength;
        if (!isWhole || asked < 0 || asked > count) {
            throw new IllegalArgumentException("a CHECKPOINT frame of " + length + " bytes that says it has " + count
                    + " votes; another version made it: run that one");
        }
        int[] nodes = new int[count];
        long[] identities = new long[count];
        long[] hashes = new long[count];
        for (int i = 0; i < count; i++) {
            int at = offset + HEAD + i * voteLength;
            nodes[i] = (int) buffer.getLong(at);
            identities[i] = buffer.getLong(at + IDENTITY);
            hashes[i] = buffer.getLong(at + HASH);
        }
        return new CheckpointVotes(
                buffer.getLong(offset), buffer.getInt(offset + NEEDED), (int) asked, nodes, identities, hashes);
    }

    /** @return whether enough say the same */
    public boolean isDecided() {
        return IntStream.range(0, hashes.length).anyMatch(i -> votesFor(hashes[i]) >= needed);
    }

    /** @return what enough of them say; there must be such a thing */
    public long decided() {
        return Arrays.stream(hashes)
                .filter(each -> votesFor(each) >= needed)
                .findFirst()
                .orElseThrow();
    }

    /** @return whether one says something else than another */
    public boolean isDisputed() {
        return Arrays.stream(hashes).distinct().count() > 1;
    }

    /** @return whether that is so among some of them */
    boolean isDisputedAmong(BiPredicate<Integer, Identity> counted) {
        return IntStream.range(0, hashes.length)
                        .filter(i -> counted.test(nodes[i], new Identity(identities[i])))
                        .mapToLong(i -> hashes[i])
                        .distinct()
                        .count()
                > 1;
    }

    private long votesFor(long hash) {
        return Arrays.stream(hashes, 0, asked).filter(each -> each == hash).count();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("at index " + index);
        for (int i = 0; i < nodes.length; i++) {
            text.append(i == 0 ? ": " : ", ").append(i < asked ? "node " : "observer ");
            text.append(nodes[i]).append(" says ");
            text.append(Long.toHexString(hashes[i]));
        }
        return text.toString();
    }
}
