package dev.lockstep.storage.node;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.journal.JournalSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * What a node's storage is told when it is opened.
 *
 * @param directory everything lives below it
 * @param isAlone whether this is the only voter: then nobody else has what is lost here, and damage refuses the start
 * @param durability what an acknowledgement promises
 * @param cluster the cluster that the directory must belong to; {@link ClusterId#UNBORN} to take what is there
 * @param journal the journal's layout
 * @param disk the disk
 * @param boot which boot of the machine this is
 * @param clock paces the background work
 * @param random where identities come from
 */
public record NodeSettings(
        Path directory,
        boolean isAlone,
        Durability durability,
        ClusterId cluster,
        JournalSettings journal,
        Disk disk,
        Supplier<BootId> boot,
        NanoClock clock,
        LongSupplier random) {

    /**
     * A node that is alone and flushes.
     *
     * @param directory everything lives below it
     * @return the settings, with a default for everything else
     */
    public static NodeSettings of(Path directory) {
        return new NodeSettings(
                directory,
                true,
                Durability.FLUSHED,
                ClusterId.UNBORN,
                JournalSettings.DEFAULT,
                Disk.system(),
                BootId::current,
                SystemNanoClock.INSTANCE,
                new SecureRandom()::nextLong);
    }

    /**
     * @return the same, for one voter among several
     */
    public NodeSettings inCluster() {
        return new NodeSettings(directory, false, durability, cluster, journal, disk, boot, clock, random);
    }

    /**
     * @param other the durability
     * @return the same otherwise
     */
    public NodeSettings withDurability(Durability other) {
        return new NodeSettings(directory, isAlone, other, cluster, journal, disk, boot, clock, random);
    }

    /**
     * @param other the cluster
     * @return the same otherwise
     */
    public NodeSettings withCluster(ClusterId other) {
        return new NodeSettings(directory, isAlone, durability, other, journal, disk, boot, clock, random);
    }

    /**
     * @param other the journal's layout
     * @return the same otherwise
     */
    public NodeSettings withJournal(JournalSettings other) {
        return new NodeSettings(directory, isAlone, durability, cluster, other, disk, boot, clock, random);
    }

    /**
     * @param other the disk
     * @return the same otherwise
     */
    public NodeSettings withDisk(Disk other) {
        return new NodeSettings(directory, isAlone, durability, cluster, journal, other, boot, clock, random);
    }

    /**
     * @param other which boot of the machine this is
     * @return the same otherwise
     */
    public NodeSettings withBoot(BootId other) {
        return new NodeSettings(directory, isAlone, durability, cluster, journal, disk, () -> other, clock, random);
    }
}
