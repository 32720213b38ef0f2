package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.BallotStore.Reading;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.BallotRecordEncoder;
import java.io.IOException;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BallotDamageTest extends RecordDamageContract {
    private static final Ballot BALLOT = new Ballot(
            new Identity(0x11), new ClusterId(0x22), 0x33, 0x44, new Identity(0x55), 0x66, true, false, 0x77, 0x88);

    @Override
    protected String name() {
        return "ballot";
    }

    @Override
    protected byte[] sound() {
        return BallotCodec.encode(BALLOT).array();
    }

    @Override
    protected String damage() {
        return read().what();
    }

    private Reading read() {
        return FileBallotStore.open(directory, Disk.system()).read();
    }

    @Test
    void sealedValuesThatNoVoterCanHaveAreDamage() throws IOException {
        assertImpossible(block -> block.identity(0));
        assertImpossible(block -> block.epoch(-1));
        assertImpossible(block -> block.term(-1));
        assertImpossible(block -> block.startCounter(-1));
        assertImpossible(block -> block.dirty((short) 2));
        assertImpossible(block -> block.recovering((short) 2));
        assertImpossible(block -> block.configIndex(-1));
        assertImpossible(block -> block.configTerm(-1));
    }

    private void assertImpossible(Consumer<BallotRecordEncoder> change) throws IOException {
        byte[] changed =
                resealed(record -> change.accept(new BallotRecordEncoder().wrap(record, Envelope.BLOCK_OFFSET)));
        assertThat(damageOf(changed)).contains("no voter can have");
    }

    @Test
    void theLayoutOfTheFileStaysWhatItIs() throws IOException {
        assertThat(HexFormat.of().formatHex(sound(), Envelope.LENGTH, sound().length))
                .isEqualTo("4200" + "0300" + "534c" + "0000" // block length, template, schema, version
                        + "1100000000000000"
                        + "2200000000000000"
                        + "3300000000000000"
                        + "4400000000000000"
                        + "5500000000000000"
                        + "6600000000000000"
                        + "0100"
                        + "7700000000000000"
                        + "8800000000000000");
        assertThat(damageOf(sound())).isEmpty();
        assertThat(read()).isEqualTo(Reading.sound(BALLOT));
    }
}
