package dev.lockstep.storage;

import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Says in words why the file system has refused something. What the platform throws has its meaning in its class, and as
 * its message often nothing but a path. Pure; any thread.
 */
public final class Refusal {
    private Refusal() {}

    /**
     * @param refused what was thrown
     * @return the reason, to stand in the middle of a sentence
     */
    public static String why(Throwable refused) {
        if (refused instanceof UncheckedIOException wrapped) {
            return why(wrapped.getCause());
        }
        if (refused instanceof FileSystemException named) {
            return whyNamed(named);
        }
        if (refused instanceof ClosedByInterruptException) {
            return "the thread was interrupted";
        }
        if (refused instanceof ClosedChannelException) {
            return "the file was closed meanwhile";
        }
        return refused.getMessage() == null ? refused.toString() : refused.getMessage();
    }

    private static String whyNamed(FileSystemException refused) {
        if (refused.getReason() != null || refused.getFile() == null) {
            return String.valueOf(refused.getMessage());
        }
        String file = refused.getFile();
        if (refused instanceof NoSuchFileException) {
            return file + " does not exist";
        }
        if (refused instanceof AccessDeniedException) {
            return "this user has no permission for " + file;
        }
        if (refused instanceof FileAlreadyExistsException) {
            return file + " is there already";
        }
        if (refused instanceof NotDirectoryException) {
            return file + " is not a directory";
        }
        if (refused instanceof DirectoryNotEmptyException) {
            return file + " is a directory that is not empty";
        }
        return refused.toString();
    }
}
