package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.transport.Peer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A member as users write it: {@code name=host:port}, or {@code name#number=host:port/kind}. A CONFIG keeps the first of
 * these as the member's address, so that every node knows the names.
 *
 * @param node its number
 * @param name its name
 * @param kind what it counts for
 * @param address where it is, as {@link Peer#address} writes it; empty if it listens nowhere
 */
public record ListedMember(int node, String name, MemberKind kind, String address) {
    /** The greatest number of a member; zero is left to whoever is no member. */
    static final int MAX_NUMBER = 255;

    static final String NAME_RULE = "a name has up to 64 letters, digits, '-' and '_'";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern WRITTEN =
            Pattern.compile("(?<name>[^=#]*)(#(?<number>[^=]*))?=(?<address>[^/]*)(/(?<kind>.*))?");

    /**
     * Reads a member.
     *
     * @param written as users write it
     * @param number its number, unless one is written
     * @return the member
     * @throws IllegalArgumentException if it is written otherwise
     */
    public static ListedMember parse(String written, int number) {
        Matcher parts = WRITTEN.matcher(written.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException("\"" + written + "\" is no member; one is written name=host:port");
        }
        String name = nameOf(parts.group("name"));
        int node = parts.group("number") == null ? number : numberOf(name, parts.group("number"));
        MemberKind kind = parts.group("kind") == null ? MemberKind.VOTER : kindOf(name, parts.group("kind"));
        return new ListedMember(node, name, kind, addressOf(name, parts.group("address")));
    }

    /**
     * Reads what a CONFIG says of where a member is. What the member counts for stands beside it there: here it is an
     * observer until {@link #withKind}.
     *
     * @param number the member's number
     * @param address what {@link #namedAddress} has written
     * @return the member
     * @throws IllegalArgumentException if it is written otherwise
     */
    public static ListedMember ofAddress(int number, String address) {
        int equals = address.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(
                    "the address of node " + number + " is \"" + address + "\"; it is written name=host:port");
        }
        String name = nameOf(address.substring(0, equals));
        String place = address.substring(equals + 1);
        return new ListedMember(number, name, MemberKind.OBSERVER, place.isEmpty() ? place : addressOf(name, place));
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private static String nameOf(String text) {
        if (!isName(text)) {
            throw new IllegalArgumentException("\"" + text + "\" cannot be a member's name: " + NAME_RULE);
        }
        return text;
    }

    private static int numberOf(String name, String text) {
        int number = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > MAX_NUMBER) {
            throw new IllegalArgumentException(
                    "the number of " + name + " is \"" + text + "\"; it must be from 1 to " + MAX_NUMBER);
        }
        return number;
    }

    private static MemberKind kindOf(String name, String text) {
        return switch (text) {
            case "witness" -> MemberKind.WITNESS;
            case "observer" -> MemberKind.OBSERVER;
            default ->
                throw new IllegalArgumentException(
                        name + " ends with /" + text + "; what may stand there is /witness or /observer");
        };
    }

    private static String addressOf(String name, String text) {
        try {
            return Peer.parse(0, text).address();
        } catch (IllegalArgumentException e) {
            // It speaks of a node by its number, which a list does not show.
            throw new IllegalArgumentException(
                    "the address of " + name + " is \"" + text
                            + "\"; it is written host:port, with a port from 1 to 65533, and an IPv6 address in brackets",
                    e);
        }
    }

    /**
     * @param other what it counts for
     * @return the same otherwise
     */
    public ListedMember withKind(MemberKind other) {
        return new ListedMember(node, name, other, address);
    }

    /** @return whether others can reach it */
    public boolean isListening() {
        return !address.isEmpty();
    }

    /**
     * @return where to reach it
     * @throws IllegalStateException if it listens nowhere
     */
    public Peer peer() {
        if (!isListening()) {
            throw new IllegalStateException(
                    "member " + name + " listens nowhere: it was started without a member list");
        }
        return Peer.parse(node, address);
    }

    /** @return what a CONFIG keeps as its address, for {@link #ofAddress} */
    public String namedAddress() {
        return name + "=" + address;
    }

    /** @return as users write it, with its number */
    @Override
    public String toString() {
        String suffix = kind == MemberKind.VOTER ? "" : "/" + kind.name().toLowerCase(Locale.ROOT);
        return name + "#" + node + "=" + address + suffix;
    }
}
