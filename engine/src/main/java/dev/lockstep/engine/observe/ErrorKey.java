package dev.lockstep.engine.observe;

import java.util.Arrays;
import java.util.List;

/**
 * By what two errors are the same one: what they are, what they say but for the numbers in it, and where they come from.
 *
 * @param what the class of what was thrown; empty for a remark
 * @param template what is said, each number replaced by a sign
 * @param frames where it was thrown
 */
record ErrorKey(String what, String template, List<StackTraceElement> frames) {
    private static final int TOP_FRAMES = 3;
    private static final int MAX_TEXT_LENGTH = 1_000;

    static ErrorKey of(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        List<StackTraceElement> top = List.of(Arrays.copyOf(trace, Math.min(trace.length, TOP_FRAMES)));
        return new ErrorKey(thrown.getClass().getName(), withoutNumbers(messageOf(thrown)), top);
    }

    /** The same words of another node are another remark: somebody has chosen those words. */
    static ErrorKey of(String remark) {
        return new ErrorKey("", shortened(remark), List.of());
    }

    /** @return the error in a line */
    static String lineOf(Throwable thrown) {
        String message = messageOf(thrown);
        return message.isEmpty()
                ? thrown.getClass().getName()
                : thrown.getClass().getName() + ": " + message;
    }

    /** The application's own exceptions come here, too, and its own code says what their message is. */
    private static String messageOf(Throwable thrown) {
        try {
            return shortened(thrown.getMessage());
        } catch (RuntimeException mute) {
            return "";
        }
    }

    private static String shortened(String text) {
        if (text == null) {
            return "";
        }
        return text.length() <= MAX_TEXT_LENGTH ? text : text.substring(0, MAX_TEXT_LENGTH) + "…";
    }

    private static String withoutNumbers(String text) {
        StringBuilder template = new StringBuilder(text.length());
        boolean isInNumber = false;
        for (int at = 0; at < text.length(); at++) {
            char each = text.charAt(at);
            boolean isDigit = Character.isDigit(each);
            if (!isDigit) {
                template.append(each);
            } else if (!isInNumber) {
                template.append('#');
            }
            isInNumber = isDigit;
        }
        return template.toString();
    }

    /** @return where it was thrown, for a person; empty for a remark */
    String place() {
        return frames.isEmpty() ? "" : " at " + frames.get(0);
    }
}
