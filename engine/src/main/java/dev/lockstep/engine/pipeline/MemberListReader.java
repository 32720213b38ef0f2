package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.transport.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a member list, and says all that is wrong with it. Used once. */
final class MemberListReader {
    /** A node listens on its port and the next two. */
    private static final int PORTS_OF_A_NODE = 3;

    private final List<ListedMember> members = new ArrayList<>();
    private final List<String> mistakes;

    MemberListReader(List<String> mistakes) {
        this.mistakes = mistakes;
    }

    /** @return those that could be read */
    List<ListedMember> members() {
        return members;
    }

    void read(String written) {
        String[] entries = written.split(",", -1);
        if (entries.length > ListedMember.MAX_NUMBER) {
            mistakes.add("members lists " + entries.length + "; a cluster has at most " + ListedMember.MAX_NUMBER);
            return;
        }
        for (int i = 0; i < entries.length; i++) {
            read(entries[i], i + 1);
        }
        if (members.size() == entries.length) {
            checkKinds(); // of some alone it would say what is not so
        }
    }

    private void read(String entry, int place) {
        ListedMember member;
        try {
            member = ListedMember.parse(entry, place);
        } catch (IllegalArgumentException e) {
            mistakes.add("members: " + e.getMessage());
            return;
        }
        members.forEach(each -> compare(each, member));
        members.add(member);
    }

    private void compare(ListedMember before, ListedMember member) {
        if (before.name().equals(member.name())) {
            mistakes.add("members: the name " + member.name() + " is listed twice; give each member another");
            return;
        }
        String both = "members: " + before.name() + " and " + member.name();
        if (before.node() == member.node()) {
            mistakes.add(both + " have the number " + member.node()
                    + "; one that is not written is the place in the list, so write another behind '#'");
        }
        Peer one = before.peer();
        Peer other = member.peer();
        if (isSameHost(one, other) && Math.abs(one.port() - other.port()) < PORTS_OF_A_NODE) {
            mistakes.add(both + " would share ports of " + one.host()
                    + ": each uses its own and the next two, here from " + one.port() + " and from " + other.port());
        }
    }

    private static boolean isSameHost(Peer one, Peer other) {
        return one.host().toLowerCase(Locale.ROOT).equals(other.host().toLowerCase(Locale.ROOT));
    }

    /** As a replica will check them, but in the words of settings. */
    private void checkKinds() {
        MemberList list = new MemberList(members);
        long voters = list.count(MemberKind.VOTER);
        long witnesses = list.count(MemberKind.WITNESS);
        if (voters == 0) {
            mistakes.add("members has no data node; at least one must be listed without /witness or /observer");
        } else if (witnesses > 1 || (witnesses == 1 && voters != 2)) {
            mistakes.add("members has " + voters + " data nodes and " + witnesses
                    + " witnesses; one witness goes with exactly two data nodes, with any other number leave it out");
        }
    }
}
