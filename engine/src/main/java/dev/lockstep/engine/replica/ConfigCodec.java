package dev.lockstep.engine.replica;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.sbe.ConfigDecoder;
import dev.lockstep.engine.sbe.ConfigEncoder;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.MessageHeaderEncoder;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.node.Durability;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Writes a configuration into a CONFIG frame, and reads it there. */
final class ConfigCodec {
    private static final int APPENDED = 1;
    private static final int FLUSHED = 2;
    /** No log comes that far, and whatever is counted on from there is still a number. */
    private static final long FURTHEST_INDEX = Long.MAX_VALUE / 2;

    private ConfigCodec() {}

    /** @return how long it is, as a CONFIG frame carries it */
    static int encode(Config config, MutableDirectBuffer buffer, int offset) {
        return encode(new PlacedConfig(0, 0, config), buffer, offset);
    }

    /** @return how long it is, with its place in the log */
    static int encode(PlacedConfig placed, MutableDirectBuffer buffer, int offset) {
        Config config = placed.config();
        ConfigEncoder encoder = new ConfigEncoder()
                .wrapAndApplyHeader(buffer, offset, new MessageHeaderEncoder())
                .clusterId(config.clusterId().value())
                .epoch(config.epoch())
                .stateMachineVersion(config.stateMachineVersion())
                .mode(config.mode().code())
                .durability((short) (config.durability() == Durability.FLUSHED ? FLUSHED : APPENDED))
                .index(placed.index())
                .term(placed.term());
        ConfigEncoder.LineageEncoder lineage =
                encoder.lineageCount(config.lineage().size());
        for (Fork each : config.lineage()) {
            lineage.next()
                    .epoch(each.epoch())
                    .foundingTerm(each.foundingTerm())
                    .founder(each.founder().value());
            FrameRefs.write(lineage.last(), each.last());
        }
        ConfigEncoder.MembersEncoder members =
                encoder.membersCount(config.members().size());
        for (Member each : config.members()) {
            byte[] address = each.address().getBytes(StandardCharsets.UTF_8);
            members.next()
                    .identity(each.identity().value())
                    .node(each.node())
                    .kind(each.kind().code())
                    .putAddress(address, 0, address.length);
        }
        ConfigEncoder.SkipsEncoder skips = encoder.skipsCount(config.skips().size());
        for (Skip each : config.skips()) {
            byte[] why = each.why().getBytes(StandardCharsets.UTF_8);
            boolean isTimer = each.timer() != null;
            skips.next()
                    .index(each.index())
                    .since(each.since())
                    .isTimer((short) (isTimer ? 1 : 0))
                    .timer(isTimer ? each.timer() : 0)
                    .putWhy(why, 0, why.length);
        }
        return MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
    }

    /**
     * @throws IllegalArgumentException if it is none, or one that no cluster can have: then another version made it
     */
    static Config decode(DirectBuffer buffer, int offset, int length) {
        return decodePlaced(buffer, offset, length).config();
    }

    /**
     * Reads nothing beyond the length, whatever is there.
     *
     * @throws IllegalArgumentException if it is none, or one that no cluster can have: then another version made it
     */
    static PlacedConfig decodePlaced(DirectBuffer buffer, int offset, int length) {
        MessageHeaderDecoder header = new MessageHeaderDecoder();
        if (length < MessageHeaderDecoder.ENCODED_LENGTH + ConfigDecoder.BLOCK_LENGTH
                || header.wrap(buffer, offset).schemaId() != ConfigDecoder.SCHEMA_ID
                || header.templateId() != ConfigDecoder.TEMPLATE_ID
                || header.blockLength() < ConfigDecoder.BLOCK_LENGTH) {
            throw new IllegalArgumentException("a CONFIG frame that carries something else");
        }
        int end = offset + length;
        ConfigDecoder decoder = new ConfigDecoder().wrapAndApplyHeader(buffer, offset, header);
        ClusterId clusterId = new ClusterId(decoder.clusterId());
        long epoch = decoder.epoch();
        Mode mode = Mode.of(decoder.mode());
        if (mode == null || (decoder.durability() != APPENDED && decoder.durability() != FLUSHED)) {
            throw new IllegalArgumentException("a CONFIG frame with mode " + decoder.mode() + " and durability "
                    + decoder.durability() + ", which this version does not know; run the newer one");
        }
        Durability durability = decoder.durability() == FLUSHED ? Durability.FLUSHED : Durability.APPENDED;
        int version = decoder.stateMachineVersion();
        long index = decoder.index();
        long term = decoder.term();
        checkPlace(epoch, index, term);
        List<Fork> lineage = lineage(decoder, end);
        List<Member> members = members(decoder, end);
        Config config = new Config(clusterId, epoch, lineage, mode, durability, version, members, skips(decoder, end));
        return new PlacedConfig(index, term, config);
    }

    private static List<Fork> lineage(ConfigDecoder decoder, int end) {
        List<Fork> lineage = new ArrayList<>();
        checkLeft(decoder, ConfigDecoder.LineageDecoder.sbeHeaderSize(), end);
        ConfigDecoder.LineageDecoder group = decoder.lineage();
        for (int i = group.count(); i > 0; i--) {
            checkEntry(decoder, group.actingBlockLength(), ConfigDecoder.LineageDecoder.sbeBlockLength(), end);
            ConfigDecoder.LineageDecoder each = group.next();
            FrameRef last = FrameRefs.read(each.last());
            checkPlace(each.epoch(), last.index(), last.term());
            checkPlace(each.epoch(), last.index(), each.foundingTerm());
            lineage.add(new Fork(each.epoch(), last, each.foundingTerm(), new Identity(each.founder())));
        }
        return lineage;
    }

    private static List<Member> members(ConfigDecoder decoder, int end) {
        List<Member> members = new ArrayList<>();
        checkLeft(decoder, ConfigDecoder.MembersDecoder.sbeHeaderSize(), end);
        ConfigDecoder.MembersDecoder group = decoder.members();
        for (int i = group.count(); i > 0; i--) {
            checkEntry(decoder, group.actingBlockLength(), ConfigDecoder.MembersDecoder.sbeBlockLength(), end);
            ConfigDecoder.MembersDecoder each = group.next();
            MemberKind kind = MemberKind.of(each.kind());
            if (kind == null) {
                throw new IllegalArgumentException("a CONFIG frame with a member of kind " + each.kind()
                        + ", which this version does not know; run the newer one");
            }
            Identity identity = new Identity(each.identity());
            int node = each.node();
            checkText(decoder, ConfigDecoder.MembersDecoder.addressHeaderLength(), each::addressLength, end);
            byte[] address = new byte[each.addressLength()];
            each.getAddress(address, 0, address.length);
            members.add(new Member(node, identity, kind, new String(address, StandardCharsets.UTF_8)));
        }
        return members;
    }

    private static List<Skip> skips(ConfigDecoder decoder, int end) {
        List<Skip> skips = new ArrayList<>();
        checkLeft(decoder, ConfigDecoder.SkipsDecoder.sbeHeaderSize(), end);
        ConfigDecoder.SkipsDecoder group = decoder.skips();
        for (int i = group.count(); i > 0; i--) {
            checkEntry(decoder, group.actingBlockLength(), ConfigDecoder.SkipsDecoder.sbeBlockLength(), end);
            ConfigDecoder.SkipsDecoder each = group.next();
            long index = each.index();
            long since = each.since();
            Long timer = each.isTimer() != 0 ? Long.valueOf(each.timer()) : null;
            checkText(decoder, ConfigDecoder.SkipsDecoder.whyHeaderLength(), each::whyLength, end);
            byte[] why = new byte[each.whyLength()];
            each.getWhy(why, 0, why.length);
            skips.add(new Skip(index, since, timer, new String(why, StandardCharsets.UTF_8)));
        }
        return skips;
    }

    private static void checkText(ConfigDecoder decoder, int headerLength, IntSupplier length, int end) {
        checkLeft(decoder, headerLength, end);
        checkLeft(decoder, headerLength + length.getAsInt(), end);
    }

    private static void checkEntry(ConfigDecoder decoder, int blockLength, int expected, int end) {
        if (blockLength < expected) {
            throw new IllegalArgumentException(
                    "a CONFIG frame with entries of " + blockLength + " bytes; expected " + expected);
        }
        checkLeft(decoder, blockLength, end);
    }

    /** What it says of its own length is compared with what is there. */
    private static void checkLeft(ConfigDecoder decoder, int bytes, int end) {
        int left = end - decoder.limit();
        if (bytes > left) {
            throw new IllegalArgumentException(
                    "a CONFIG frame that is too short: " + bytes + " more bytes expected, found " + left);
        }
    }

    private static void checkPlace(long epoch, long index, long term) {
        if (!Term.isPossible(epoch, term) || index < 0 || index > FURTHEST_INDEX) {
            throw new IllegalArgumentException("a CONFIG frame that names index " + index + " of term " + term
                    + " in epoch " + epoch + ", to which no cluster can have come");
        }
    }
}
