package dev.lockstep.storage;

/** Something that storage cannot do, in words for the person who must mend it. */
public class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param message what was expected, what was found, what to do
     */
    public StorageException(String message) {
        super(message);
    }

    /**
     * @param message what was expected, what was found, what to do
     * @param cause what the system said
     */
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The device has no room. Nothing acknowledged is at risk; work goes on when there is room again. */
    public static final class DiskFull extends StorageException {
        private static final long serialVersionUID = 1;

        /**
         * @param message what needs how much room, and where
         * @param cause what the system said; null if the lack was seen before the attempt
         */
        public DiskFull(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The device refused to make written data durable. What it holds is unknown until a restart has read it again. */
    public static final class ForceFailed extends StorageException {
        private static final long serialVersionUID = 1;

        /**
         * @param message what could not be forced
         * @param cause what the system said
         */
        public ForceFailed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Another process, or another part of this one, holds the directory. */
    public static final class InUse extends StorageException {
        private static final long serialVersionUID = 1;

        /**
         * @param message who holds it
         */
        public InUse(String message) {
            super(message);
        }
    }

    /** What is on disk cannot be read as it was written. */
    public static final class Damaged extends StorageException {
        private static final long serialVersionUID = 1;

        /**
         * @param message what is damaged where, and what to do
         */
        public Damaged(String message) {
            super(message);
        }
    }

    /** The directory belongs to another cluster. */
    public static final class WrongCluster extends StorageException {
        private static final long serialVersionUID = 1;

        /**
         * @param message both clusters, and where each was named
         */
        public WrongCluster(String message) {
            super(message);
        }
    }
}
