package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The members that a cluster is to be born with, as in {@code a=10.0.0.1:9000,b=10.0.0.2:9000,c=10.0.0.3:9000/witness}.
 * All nodes must be given the same list, in the same order: a member's number is its place in it, from 1, unless it is
 * written, as in {@code d#7=10.0.0.4:9000}. Immutable.
 *
 * @param members in the order of the list
 */
public record MemberList(List<ListedMember> members) {
    /** What a node is called that is alone. */
    public static final String SINGLE_NAME = "1";

    private static final String EXAMPLE = "a=10.0.0.1:9000,b=10.0.0.2:9000,c=10.0.0.3:9000/witness";

    /** Keeps the list as it is now. */
    public MemberList {
        members = List.copyOf(members);
    }

    /** @return the list of a node that is alone, and listens nowhere */
    public static MemberList ofSingle() {
        return new MemberList(List.of(new ListedMember(1, SINGLE_NAME, MemberKind.VOTER, "")));
    }

    /**
     * Reads a list.
     *
     * @param written as users write it
     * @param mistakes takes all that is wrong with it
     * @return the list; without some of its members if there were mistakes
     */
    public static MemberList parse(String written, List<String> mistakes) {
        if (written.isBlank()) {
            mistakes.add("members is empty; write it as in " + EXAMPLE + ", or leave it out for a node that is alone");
            return new MemberList(List.of());
        }
        MemberListReader reader = new MemberListReader(mistakes);
        reader.read(written);
        return new MemberList(reader.members());
    }

    /**
     * Reads a list, and finds a node in it.
     *
     * @param node the name of this node; null if none was given
     * @param written as users write it; null if none was given, as for a node that is alone
     * @param mistakes takes all that is wrong with both
     * @return the list; without some of its members if there were mistakes
     */
    public static MemberList parse(String node, String written, List<String> mistakes) {
        if (written == null) {
            if (node != null) {
                mistakes.add(
                        "node is \"" + node + "\", but members is not given; give the same members to all nodes, as in "
                                + EXAMPLE + ", or leave node out for one that is alone");
            }
            return ofSingle();
        }
        MemberList list = parse(written, mistakes);
        if (node == null) {
            mistakes.add("members is given, but node is not; say which of " + list.names() + " this node is");
        } else if (!ListedMember.isName(node)) {
            mistakes.add("node is \"" + node + "\"; " + ListedMember.NAME_RULE);
        } else if (list.named(node) == null && list.isAllOf(written)) {
            mistakes.add("node is \"" + node + "\", whom members does not name; it names " + list.names());
        }
        return list;
    }

    /** An entry that could not be read may be the very one that is looked for. */
    private boolean isAllOf(String written) {
        return members.size() == written.split(",", -1).length;
    }

    /**
     * @param name a name
     * @return the member; null if there is none
     */
    public ListedMember named(String name) {
        return members.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /**
     * @param name a name
     * @return the member's number; zero if there is none
     */
    public int numberOf(String name) {
        ListedMember member = named(name);
        return member == null ? 0 : member.node();
    }

    /** @return whether one member votes, and no other */
    public boolean isSingle() {
        return count(MemberKind.VOTER) + count(MemberKind.WITNESS) == 1;
    }

    long count(MemberKind kind) {
        return members.stream().filter(each -> each.kind() == kind).count();
    }

    /** @return what a replica is told of them; the addresses carry the names */
    public List<Founder> toFounders() {
        return members.stream()
                .map(each -> new Founder(each.node(), each.kind(), each.namedAddress()))
                .toList();
    }

    private String names() {
        return members.stream().map(ListedMember::name).collect(Collectors.joining(", "));
    }

    /** @return as users write it, with all numbers */
    @Override
    public String toString() {
        return members.stream().map(ListedMember::toString).collect(Collectors.joining(","));
    }
}
