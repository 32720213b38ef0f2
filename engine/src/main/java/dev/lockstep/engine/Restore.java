package dev.lockstep.engine;

import dev.lockstep.engine.restore.RestoreRequest;
import dev.lockstep.engine.restore.Restorer;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Makes a new cluster of what {@link Engine#backup} has written: a single node, or several, with the state of the backup, or
 * of any index before its end that it reaches back to. It is another cluster than the one that was backed up: its id, the
 * identities of its members and its epoch are new, its terms come after those of the old one, and members of the old one are
 * refused by it, with both clusters' ids. Its time goes on from now: timers that were due since the backup fire when it
 * starts, and sessions of submitters expire. What was skipped by a decision that came behind the chosen index has to be skipped
 * again. Whoever {@link Engine#follow followed} the old cluster takes back what came behind {@link RestoreReport#index}, and
 * follows from there. For one thread; blocks; needs no
 * engine, and the {@link Engine JVM flags} of one.
 *
 * <pre>{@code
 * Restore.from(backup).into(path);                 // a node that is alone: start it without node and members
 * Engine.builder().directory(path).stateMachine(new Counter()).start();
 *
 * Restore.from(backup).toIndex(4711)               // 4711 is the last command that is kept
 *         .members("a=10.0.0.1:9000,b=10.0.0.2:9000,c=10.0.0.3:9000")
 *         .into(path);                             // path/a, path/b and path/c: bring each to its machine, and start it
 * }</pre>
 *
 * <p>Restore once, on one machine: each run makes another cluster. All nodes are to be given their directories, and the same
 * member list, before the first commands come. A directory is for one node: two that are started with copies of one are
 * refused. From a shell {@code dev.lockstep.engine.tool.RestoreTool} does the same.
 */
public final class Restore {
    private RestoreRequest request;

    private Restore(Path backup) {
        this.request = RestoreRequest.of(backup);
    }

    /**
     * @param backup the directory that {@link Engine#backup} was given; nothing in it is changed
     * @return what is to be restored: all of it, to a node that is alone
     */
    public static Restore from(Path backup) {
        return new Restore(Objects.requireNonNull(backup, "backup"));
    }

    /**
     * @param index the last index whose effects are wanted, from {@link BackupReport#fromIndex} to {@link
     *     BackupReport#toIndex}; the last of them by default
     * @return this
     */
    public Restore toIndex(long index) {
        request = request.withIndex(index);
        return this;
    }

    /**
     * @param members the members of the new cluster, as {@link EngineBuilder#members} takes them; by default one node that is
     *     alone, which listens nowhere, and which no other can join
     * @return this
     */
    public Restore members(String members) {
        request = request.withMembers(Objects.requireNonNull(members, "members"));
        return this;
    }

    /**
     * @param durability what an acknowledgement promises in the new cluster; by default FLUSHED for a single voter, and
     *     otherwise what it promised in the old one
     * @return this
     */
    public Restore durability(Durability durability) {
        request = request.withDurability(Objects.requireNonNull(durability, "durability"));
        return this;
    }

    /**
     * Reads the backup from end to end, and checks every byte.
     *
     * @return what it holds
     * @throws EngineException.RestoreFailed if it is damaged, and where; or not finished, or not there
     */
    public BackupReport check() {
        return new Restorer(request).check();
    }

    /**
     * Checks the backup, and writes the nodes' directories. They are made beside the target, under its name with {@code
     * .restoring} behind it, and are forced and whole when the target is there; what a crash leaves beside it the next restore
     * removes.
     *
     * @param target where to: an empty directory, or none yet in one that exists. If members were given, it takes a directory
     *     for each, by its name; otherwise it is the directory of a node that is alone: start that without {@code node} and
     *     {@code members}, whatever the old one was started with
     * @return what was made
     * @throws EngineException.RestoreFailed if that cannot be: the target is then as it was
     */
    public RestoreReport into(Path target) {
        return new Restorer(request).restore(Objects.requireNonNull(target, "target"));
    }
}
