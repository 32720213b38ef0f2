package dev.lockstep.transport.aeron;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A number that a source must send back before anything is kept for it: who writes another's address on its datagrams
 * does not get to see it. It follows from a secret and from who is asked, so that nothing is remembered of those who
 * were asked, however many they are. Belongs to the driver's thread; not for every datagram, but for those of unknown
 * sources only.
 */
final class Challenge {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SECRET_BYTES = 32;
    private static final int LONGEST_ADDRESS_BYTES = 16;
    private static final int ASKED_A_SLICE = 100;
    private static final long SLICE_NS = 10_000_000;

    private final Mac mac;
    private final ByteBuffer who = ByteBuffer.allocate(LONGEST_ADDRESS_BYTES + 3 * Integer.BYTES);
    private long sliceEndNs;
    private int askedOfExpected;
    private int askedOfOthers;

    Challenge() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM + ", but this one has not", e);
        }
    }

    /** @return what that source must send back */
    long number(InetSocketAddress source, int streamId, int sessionId) {
        who.clear()
                .put(source.getAddress().getAddress())
                .putInt(source.getPort())
                .putInt(streamId)
                .putInt(sessionId);
        mac.update(who.array(), 0, who.position());
        return ByteBuffer.wrap(mac.doFinal()).getLong();
    }

    /**
     * So that a flood makes no flood of ours. Who is not expected cannot use up what is for those who are.
     *
     * @return whether one more may be asked now
     */
    boolean mayAsk(boolean isExpected, long nowNs) {
        if (nowNs - sliceEndNs >= 0) {
            sliceEndNs = nowNs + SLICE_NS;
            askedOfExpected = 0;
            askedOfOthers = 0;
        }
        return (isExpected ? askedOfExpected++ : askedOfOthers++) < ASKED_A_SLICE;
    }
}
