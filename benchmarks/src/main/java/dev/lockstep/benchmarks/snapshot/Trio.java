package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.PartnerJvm;
import dev.lockstep.benchmarks.Ports;
import dev.lockstep.benchmarks.engine.Application;
import dev.lockstep.benchmarks.engine.RunningEngine;
import dev.lockstep.engine.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.agrona.CloseHelper;
import org.agrona.concurrent.BackoffIdleStrategy;

/** A cluster of processes, of which this one has the primary, and the application. Used by one thread. */
final class Trio implements AutoCloseable {
    /** Four processes that want a processor are more than there may be: this one gives it away where it can. */
    private static final long PARK_NS = 50_000;

    final TrioNode node;
    final RunningEngine engine;
    final Application application;
    private final List<PartnerJvm> partners = new ArrayList<>();

    /** @param names of those who are there from the beginning */
    Trio(Path directory, String names) {
        node = new TrioNode(TrioNode.MEASURING, names, Ports.freeInARow(TrioNode.PORTS), directory);
        for (String each : names.substring(1).split("", 0)) {
            partners.add(TrioPartner.start(node.as(each)));
        }
        engine = node.start();
        partners.forEach(each -> each.await(TrioPartner.READY));
        engine.await(status -> !status.primary().isEmpty(), "have a primary");
        if (engine.engine().status().role() != Role.PRIMARY) {
            partners.forEach(each -> each.tell(TrioPartner.HAND_OVER));
        }
        engine.awaitPrimary();
        application = new Application(engine, new BackoffIdleStrategy(10, 20, 1_000, PARK_NS));
    }

    /** @return the process of one that is there from the beginning */
    PartnerJvm partner(int number) {
        return partners.get(number);
    }

    /** @return another one, which is about to start, and will be asked to catch up */
    PartnerJvm start(TrioNode another) {
        PartnerJvm partner = TrioPartner.start(another);
        partners.add(partner);
        return partner;
    }

    /**
     * Tells a partner to do something.
     *
     * @return whether it is still doing it
     */
    static BooleanSupplier have(PartnerJvm partner, String word, String answer) {
        CountDownLatch done = new CountDownLatch(1);
        partner.tell(word);
        Thread thread = new Thread(
                () -> {
                    partner.await(answer);
                    done.countDown();
                },
                "listener");
        thread.setDaemon(true);
        thread.start();
        return () -> done.getCount() > 0;
    }

    /** @return whether the primary does not have a snapshot yet that is newer than that */
    BooleanSupplier isBehind(long snapshotIndex) {
        return () -> engine.engine().status().snapshotIndex() <= snapshotIndex;
    }

    /** Has a partner take a snapshot, and waits until the primary has it, too. */
    void takeSnapshot() {
        long before = engine.engine().status().snapshotIndex();
        partner(0).tell(TrioPartner.SNAPSHOT);
        partner(0).await(TrioPartner.TAKEN);
        engine.await(status -> status.snapshotIndex() > before, "have the snapshot brought");
    }

    @Override
    public void close() {
        CloseHelper.closeAll(application, engine);
        CloseHelper.closeAll(partners);
    }
}
