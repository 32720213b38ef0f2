package dev.lockstep.engine.restore;

import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.RestoreReport;
import dev.lockstep.engine.pipeline.ListedMember;
import dev.lockstep.engine.pipeline.MemberList;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.replica.Restoration.Founded;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.DurableDirectories;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Platform;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.backup.Backup;
import dev.lockstep.storage.backup.BackupManifest;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.node.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Restores: checks the whole backup first, then writes each node's directory, then gives them their place. Used once. */
public final class Restorer {
    private final RestoreRequest request;
    private final SecureRandom random = new SecureRandom();
    private int longestFrame;

    /** @param request what is to be restored */
    public Restorer(RestoreRequest request) {
        this.request = request;
    }

    /**
     * Checks the backup. Blocks for the device.
     *
     * @return what it holds
     * @throws EngineException.RestoreFailed if it is damaged, not finished, or not there
     */
    public BackupReport check() {
        try {
            Platform.check();
            return report(verify().manifest());
        } catch (StorageException e) {
            throw failed("the backup cannot be used: " + e.getMessage(), e);
        }
    }

    private static BackupReport report(BackupManifest manifest) {
        long snapshot = manifest.base().index();
        return new BackupReport(
                Math.max(1, snapshot),
                manifest.last().index(),
                snapshot,
                manifest.logBytes() + manifest.snapshotBytes(),
                manifest.cluster().toString(),
                manifest.epoch());
    }

    private Backup verify() {
        Backup backup = Backup.open(request.backup());
        backup.verify(bytes -> longestFrame = Math.max(longestFrame, bytes)); // or the longest chunk: room enough
        return backup;
    }

    private static EngineException failed(String message, Throwable cause) {
        return new EngineException.RestoreFailed(message, cause);
    }

    /**
     * Restores. Blocks for the device.
     *
     * @param target where to
     * @return what was made
     * @throws EngineException.RestoreFailed if it cannot be; the target is then as it was
     */
    public RestoreReport restore(Path target) {
        MemberList list = memberList();
        try {
            Platform.check(); // whatever is read, or written, needs the flags
            Backup backup = verify();
            long index = indexIn(backup.manifest());
            return restore(backup, index, list, target);
        } catch (StorageException | IllegalArgumentException e) {
            throw failed("nothing was restored: " + e.getMessage(), e);
        } catch (IOException e) {
            throw failed(
                    "nothing was restored: " + target + " cannot be made: " + Refusal.why(e)
                            + "; let this user write there, make room if it is full, and look at the health of the device",
                    e);
        }
    }

    private MemberList memberList() {
        if (request.members() == null) {
            return MemberList.ofSingle();
        }
        List<String> mistakes = new ArrayList<>();
        MemberList list = MemberList.parse(request.members(), mistakes);
        if (!mistakes.isEmpty()) {
            throw failed("nothing was restored: " + String.join("; ", mistakes), null);
        }
        return list;
    }

    private long indexIn(BackupManifest manifest) {
        BackupReport range = report(manifest);
        long index = request.index() == 0 ? range.toIndex() : request.index();
        if (index < range.fromIndex() || index > range.toIndex()) {
            throw failed(
                    "nothing was restored: index " + request.index() + " is wanted, and the backup in "
                            + request.backup() + " reaches from " + range.fromIndex() + " to " + range.toIndex()
                            + "; choose one of these, or another backup",
                    null);
        }
        return index;
    }

    private RestoreReport restore(Backup backup, long index, MemberList list, Path target) throws IOException {
        Founded founded = Founded.after(
                new ClusterId(nonZero()),
                backup.manifest().epoch(),
                backup.manifest().last().term(),
                random.nextInt(Integer.MAX_VALUE),
                durability(list),
                newMembers(list));
        Map<String, Path> directories = new LinkedHashMap<>();
        try (StagedDirectory staged = StagedDirectory.make(target, request.disk())) {
            for (Member each : founded.members()) {
                String place = placeOf(each);
                write(backup, index, founded, each, staged.content().resolve(place));
                directories.put(nameOf(each), target.resolve(place));
            }
            staged.publish();
        }
        return new RestoreReport(index, founded.cluster().toString(), founded.epoch(), founded.term(), directories);
    }

    private static String nameOf(Member member) {
        return ListedMember.ofAddress(member.node(), member.address()).name();
    }

    private String placeOf(Member member) {
        return request.members() == null ? "" : nameOf(member);
    }

    private void write(Backup backup, long index, Founded founded, Member self, Path directory) throws IOException {
        DurableDirectories.create(directory, request.disk());
        new RestoredNode(founded, self, segmentBytes(), request.disk()).write(directory, backup, index);
        request.disk().forceDirectory(directory);
    }

    /** Long enough for the longest frame. */
    private int segmentBytes() {
        JournalSettings settings = JournalSettings.DEFAULT.withSegmentBytes(request.segmentBytes());
        while (settings.maxFrameBytes() < longestFrame && settings.segmentBytes() < JournalSettings.MAX_SEGMENT_BYTES) {
            settings = settings.withSegmentBytes(2 * settings.segmentBytes());
        }
        return settings.segmentBytes();
    }

    /** What was promised before is promised on, but for a single voter: nobody else has what its device has not. */
    private Durability durability(MemberList list) {
        if (request.durability() != null) {
            return request.durability() == dev.lockstep.engine.Durability.FLUSHED
                    ? Durability.FLUSHED
                    : Durability.APPENDED;
        }
        return list.isSingle() ? Durability.FLUSHED : null;
    }

    private List<Member> newMembers(MemberList list) {
        return list.members().stream()
                .sorted(Comparator.comparingInt(ListedMember::node))
                .map(each -> new Member(each.node(), new Identity(nonZero()), each.kind(), each.namedAddress()))
                .toList();
    }

    private long nonZero() {
        long drawn = random.nextLong();
        while (drawn == 0) {
            drawn = random.nextLong();
        }
        return drawn;
    }
}
