package dev.lockstep.engine;

import java.util.List;

/** Something that the engine cannot do, and why: the message says what was expected, what was found, and what to do. */
public class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message why, for the reader */
    public EngineException(String message) {
        super(message);
    }

    /**
     * @param message why, for the reader
     * @param cause what brought it about
     */
    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Settings that cannot be, all of them. */
    public static final class BadSettings extends EngineException {
        private static final long serialVersionUID = 1L;

        /** @param mistakes each with its remedy */
        public BadSettings(List<String> mistakes) {
            super(
                    mistakes.size() == 1
                            ? mistakes.get(0)
                            : mistakes.size() + " settings are wrong:\n  - " + String.join("\n  - ", mistakes));
        }
    }

    /**
     * This node did not take the command: it is not the primary, did not become it in time, is about to close, or has
     * stopped to apply, which then is the cause. Nothing has happened.
     */
    public static final class NotPrimary extends EngineException {
        private static final long serialVersionUID = 1L;

        /**
         * @param message who is primary, for the reader
         * @param cause why this node has stopped to apply; null if it has not
         */
        public NotPrimary(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The command has its outcome, and stands; but within {@code ackTimeout} it was not acknowledged at the level that its
     * submitter has asked for. It may reach that later, and nobody will say so.
     */
    public static final class LevelNotReached extends EngineException {
        private static final long serialVersionUID = 1L;

        private final transient Reply reply;

        /**
         * @param message how far it came, for the reader
         * @param reply what became of the command
         */
        public LevelNotReached(String message, Reply reply) {
            super(message);
            this.reply = reply;
        }

        /** @return what became of the command, and how far it has come; null once this was serialized */
        public Reply reply() {
            return reply;
        }
    }

    /** Too much was under way for too long, or too many wait already. Nothing has happened. */
    public static final class BackPressured extends EngineException {
        private static final long serialVersionUID = 1L;

        /** @param message what was waited for, for the reader */
        public BackPressured(String message) {
            super(message);
        }
    }

    /** The command may have been applied, or may yet be: nobody here can know. */
    public static final class OutcomeUnknown extends EngineException {
        private static final long serialVersionUID = 1L;

        /**
         * @param message why, for the reader
         * @param cause why the engine has stopped; null if it has not
         */
        public OutcomeUnknown(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The command is longer than commands may be. Nothing has happened. */
    public static final class TooLarge extends EngineException {
        private static final long serialVersionUID = 1L;

        /** @param message how long it is, for the reader */
        public TooLarge(String message) {
            super(message);
        }
    }

    /** The engine is closed, or has stopped by itself: then the cause says why. */
    public static final class Closed extends EngineException {
        private static final long serialVersionUID = 1L;

        /**
         * @param message what was asked for, for the reader
         * @param cause why the engine has stopped; null if it was closed
         */
        public Closed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The position is of a history that the cluster has left: what was read there may never have been. */
    public static final class PositionLost extends EngineException {
        private static final long serialVersionUID = 1L;

        /** @param message which position, for the reader */
        public PositionLost(String message) {
            super(message);
        }
    }

    /** What is to be followed is not in this node's log any more, or not known of it; the message names the first that is. */
    public static final class Compacted extends EngineException {
        private static final long serialVersionUID = 1L;

        private final long firstIndex;

        /**
         * @param message which index is not there, for the reader
         * @param firstIndex the first one that can be followed
         */
        public Compacted(String message, long firstIndex) {
            super(message);
            this.firstIndex = firstIndex;
        }

        /** @return the first index from which on this node can be followed; later it may be a higher one */
        public long firstIndex() {
            return firstIndex;
        }
    }

    /** The read could not be served in time: the message says what was missing. */
    public static final class ReadUnavailable extends EngineException {
        private static final long serialVersionUID = 1L;

        /** @param message what was missing, for the reader */
        public ReadUnavailable(String message) {
            super(message);
        }
    }

    /**
     * A backup that did not come about; what was written of it is removed again, as far as the device allows. The cause says
     * what the device refused, if it did: {@link dev.lockstep.storage.StorageException.DiskFull}, for one.
     */
    public static final class BackupFailed extends EngineException {
        private static final long serialVersionUID = 1L;

        /**
         * @param message why, for the reader
         * @param cause what brought it about; null if nothing was thrown
         */
        public BackupFailed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A restore that did not come about; where it was to go there is nothing. */
    public static final class RestoreFailed extends EngineException {
        private static final long serialVersionUID = 1L;

        /**
         * @param message why, for the reader
         * @param cause what brought it about; null if nothing was thrown
         */
        public RestoreFailed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** An operator's act that would do harm, or that did not come about. */
    public static final class ActRefused extends EngineException {
        private static final long serialVersionUID = 1L;

        /** @param message why, and what would help */
        public ActRefused(String message) {
            super(message);
        }
    }

    /**
     * The state machine has thrown, at a command or at a timer, and so this node's applier has stopped there. Nothing else that
     * stops an applier is a reason to {@link Engine#skip}: then the command is sound.
     */
    public static final class ApplyFailed extends EngineException {
        private static final long serialVersionUID = 1L;

        /**
         * @param message where, and the ways out, for the reader
         * @param cause what the state machine has thrown
         */
        public ApplyFailed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The state of this node is another one than that of most nodes, or than the one that it came to itself before it was
     * started again: its state machine is not deterministic, or its memory is broken. It applies and serves nothing more, and
     * goes on journaling and voting.
     */
    public static final class Drifted extends EngineException {
        private static final long serialVersionUID = 1L;

        private final long checkpointIndex;
        private final long lastSoundIndex;

        /**
         * @param message who says what, for the reader
         * @param checkpointIndex the first index at which the state is known to be another one
         * @param lastSoundIndex the last one at which it was compared and was the same; zero if there was none
         */
        public Drifted(String message, long checkpointIndex, long lastSoundIndex) {
            super(message);
            this.checkpointIndex = checkpointIndex;
            this.lastSoundIndex = lastSoundIndex;
        }

        /** @return the first index at which the state is known to be another one */
        public long checkpointIndex() {
            return checkpointIndex;
        }

        /** @return the last index at which it was compared and was the same; zero if there was none */
        public long lastSoundIndex() {
            return lastSoundIndex;
        }
    }

    /** A thread that the engine needs was about to wait for one of its futures, see {@link Engine}. */
    public static final class WouldBlock extends EngineException {
        private static final long serialVersionUID = 1L;

        /** @param message which thread, for the reader */
        public WouldBlock(String message) {
            super(message);
        }
    }

    /** No snapshot was taken, though one was asked for. What was kept before is intact. */
    public static final class SnapshotFailed extends EngineException {
        private static final long serialVersionUID = 1L;

        /**
         * @param message why, for the reader
         * @param cause what has failed; null if its turn did not come in time
         */
        public SnapshotFailed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A snapshot that does not hold what its reader asks for. */
    public static final class BadSnapshot extends EngineException {
        private static final long serialVersionUID = 1L;

        /** @param message what is wrong, for the reader */
        public BadSnapshot(String message) {
            super(message);
        }
    }
}
