package dev.lockstep.transport;

/** The transport cannot be opened, or cannot go on; the message says what to do. */
public class TransportException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param message what was found, and what to do
     * @param cause what was behind it; may be null
     */
    public TransportException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Another process has one of the ports. */
    public static final class PortInUse extends TransportException {
        private static final long serialVersionUID = 1;

        /**
         * @param message which one
         * @param cause what the system said
         */
        public PortInUse(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** There is too little shared memory for the buffers. */
    public static final class NoRoom extends TransportException {
        private static final long serialVersionUID = 1;

        /**
         * @param message how much there is, how much is needed, and what to do
         */
        public NoRoom(String message) {
            super(message, null);
        }
    }
}
