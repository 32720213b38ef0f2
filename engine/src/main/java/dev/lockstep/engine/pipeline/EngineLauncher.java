package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.StoredConfig;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.node.NodeSettings;
import dev.lockstep.storage.node.NodeStorage;
import java.util.List;
import org.agrona.CloseHelper;

/** Starts engines from settings that were checked. */
public final class EngineLauncher {
    private EngineLauncher() {}

    /**
     * Opens the node's files and its network, and starts its threads. Blocks for about as long as reading the journal takes;
     * what stands in it is applied after that, in the background.
     *
     * @param settings what the engine is told
     * @param stateMachine the service's state, as it is before anything was applied; null on a witness
     * @return the engine
     * @throws EngineException.BadSettings if a member list is given, and the directory is of a node that is alone
     * @throws dev.lockstep.storage.StorageException if the directory is in use, damaged, full, or another cluster's
     * @throws dev.lockstep.transport.TransportException if the network cannot be had
     */
    public static Engine start(EngineSettings settings, StateMachine stateMachine) {
        return start(settings, stateMachine, Disk.system());
    }

    /**
     * The same, for tests of what a disk does.
     *
     * @param settings what the engine is told
     * @param stateMachine the service's state
     * @param disk what the node's files are written with
     * @return the engine
     */
    public static Engine start(EngineSettings settings, StateMachine stateMachine, Disk disk) {
        NodeSettings files = NodeSettings.of(settings.directory())
                .withDisk(disk)
                .withDurability(settings.storedDurability())
                .withJournal(settings.journal());
        NodeStorage storage = NodeStorage.open(settings.isSingle() ? files : files.inCluster());
        boolean isStarted = false;
        NodeAssembly assembly = null;
        try {
            checkMembers(settings, storage);
            assembly = new NodeAssembly(settings, stateMachine == null ? new NoState() : stateMachine, storage);
            Engine engine = assembly.start();
            isStarted = true;
            return engine;
        } finally {
            if (!isStarted) {
                CloseHelper.closeAll(assembly, storage);
            }
        }
    }

    /**
     * From birth on the log says who is a member, and not the settings: a node that is alone would serve alone, or end as soon
     * as it looks for others, whatever list it is given.
     */
    private static void checkMembers(EngineSettings settings, NodeStorage storage) {
        if (!settings.isListening()) {
            return;
        }
        Config config = StoredConfig.find(
                storage.journal(),
                storage.ballots().read().ballot().configIndex(),
                Kept.newest(storage.snapshots().kept()));
        boolean isOfOneAlone = config != null
                && config.members().stream()
                        .anyMatch(each -> !ListedMember.ofAddress(each.node(), each.address())
                                .isListening());
        if (isOfOneAlone) {
            throw new EngineException.BadSettings(List.of("members is " + settings.members() + ", and the directory "
                    + settings.directory() + " is of a node that is alone, which no other can join; start it without"
                    + " node and members, or restore a backup of it with Restore.members(...)"));
        }
    }
}
