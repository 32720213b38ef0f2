package dev.lockstep.transport.link;

import dev.lockstep.transport.Hello;
import org.agrona.concurrent.UnsafeBuffer;

/** What links say, for tests that speak without a link. */
public final class SaidByHand {
    private SaidByHand() {}

    /**
     * @param self who speaks
     * @param nonce its nonce
     * @return a first hello
     */
    public static byte[] hello(Hello self, long nonce) {
        byte[] bytes = new byte[HelloMessage.LENGTH];
        new HelloMessage(self, HelloMessage.PROTOCOL_VERSION, 1, nonce, 0, 0, true).encode(new UnsafeBuffer(bytes));
        return bytes;
    }

    /** @return what is carried beside a hello */
    public static long helloTag() {
        return Tag.of(0, Tag.LINK);
    }
}
