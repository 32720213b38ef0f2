package dev.lockstep.transport.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that can go wrong between nodes and clients, by a seed: clients die, come back, move, leave and are sent
 * away, and there may be more of them than places. Within one life of a link each side hears what was sent to it in one
 * life on the other side, from the first message on and without a gap; there are never more guests than places; when
 * the faults end, every place is taken that somebody wants; and when the clients are gone, nothing is left of them.
 */
final class ClientsUnderFaultsTest {
    private static final int NODES = 2;
    private static final int STREAMS_OF_MEMBERS =
            NODES * (NODES - 1) * Stream.ofMembers().size();
    private static final int MAX_CLIENTS = 6;
    private static final int STEPS = 5_000;
    private static final long STEP_NS = 2_000_000;
    private static final int PATIENCE_STEPS = (int) (SimulatedNetwork.PATIENCE_NS / STEP_NS) + 10;
    private static final int RECOVERY_STEPS = 4_000;
    private static final int GOOD_STEPS = 500;

    private final List<Node> nodes = new ArrayList<>();
    private final List<TalkingClient> clients = new ArrayList<>();
    private SimulatedNetwork network;
    private SplittableRandom random;
    private int places;
    private int calm;
    private int lastIdentity;
    private int lastPlace;

    static LongStream seeds() {
        return LinksUnderFaultsTest.seeds();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyClientIsAnsweredAsItselfOrLearnsThatItIsNot(long seed) {
        random = new SplittableRandom(seed);
        calm = random.nextInt(60, 1_000);
        begin(random.nextInt(1, MAX_CLIENTS), random.nextInt(1, MAX_CLIENTS + 1));
        network.faults(Faults.drawn(random));
        for (int step = 0; step < STEPS; step++) {
            disturb();
            turn();
        }
        heal();
        turns(PATIENCE_STEPS); // by then each has learned of what was lost before
        until("every place is taken that somebody wants", this::isAllUp);
        everybodyIsHeard();
        clients.forEach(client -> client.die(Integer.MAX_VALUE));
        until("nothing is left of the clients", () -> network.streams() == STREAMS_OF_MEMBERS);
        assertThat(nodes).allSatisfy(node -> assertThat(node.guests()).isEmpty());
    }

    @Test
    void aClientThatLeavesANodeReachesForItNoMore() {
        random = new SplittableRandom(1);
        begin(1, 1);
        heal();
        until("up", this::isAllUp);
        clients.get(0).leaveOrReturn(1);
        turns(PATIENCE_STEPS);
        assertThat(nodes.get(0).guests()).isEmpty();
        assertThat(nodes.get(1).guests()).hasSize(1);
        assertThat(network.streams()).isEqualTo(STREAMS_OF_MEMBERS + 2);
    }

    private void begin(int placesOfEach, int clientCount) {
        network = new SimulatedNetwork(random.nextLong());
        places = placesOfEach;
        for (int node = 1; node <= NODES; node++) {
            nodes.add(new Node(node));
        }
        for (int i = 0; i < clientCount; i++) {
            clients.add(new TalkingClient(network, --lastIdentity, --lastPlace, NODES));
        }
    }

    private void turns(int count) {
        for (int step = 0; step < count; step++) {
            turn();
        }
    }

    private void turn() {
        network.advance(STEP_NS);
        for (Node node : nodes) {
            node.turn();
            assertThat(node.openAnswers()).as("guests").isLessThanOrEqualTo(places);
            assertThat(node.guests()).as("guests that are up").hasSizeLessThanOrEqualTo(places);
        }
        for (int i = 0; i < clients.size(); i++) {
            TalkingClient client = clients.get(i);
            if (!client.isDead()) {
                client.turn();
                assertThat(network.streamsFrom(client.place(), Stream.CLIENT))
                        .as("ways to nodes")
                        .isEqualTo(client.nodes());
            } else if (!client.rest()) {
                clients.set(i, comeBack(client));
            }
        }
    }

    /** Who comes back may be elsewhere, or be another one where the one before was. */
    private TalkingClient comeBack(TalkingClient client) {
        if (random.nextInt(3) == 0) {
            return new TalkingClient(network, --lastIdentity, client.place(), NODES);
        }
        client.comeBack(random.nextBoolean() ? client.place() : --lastPlace);
        return client;
    }

    private void disturb() {
        Node node = nodes.get(random.nextInt(NODES));
        TalkingClient client = clients.get(random.nextInt(clients.size()));
        int from = random.nextBoolean() ? node.number : client.place();
        int to = from == node.number ? client.place() : node.number;
        switch (random.nextInt(calm)) {
            case 0 -> node.restart();
            case 1 -> node.introduceAnew();
            case 2 -> node.pause(random.nextInt(1_000));
            case 3, 4 -> client.pause(random.nextInt(1_000));
            case 5, 6, 7 -> client.die(random.nextInt(1_500));
            case 8, 9 -> network.block(from, to);
            case 10 -> {
                network.block(from, to);
                network.block(to, from);
            }
            case 11, 12, 13 -> network.unblock(from, to);
            case 14, 15, 16 -> {
                network.unblock(from, to);
                network.unblock(to, from);
            }
            case 17, 18, 19 -> network.gap(from, to, Stream.CLIENT);
            default -> disturbOneWhoIsThere(client, node.number);
        }
    }

    private void disturbOneWhoIsThere(TalkingClient client, int node) {
        if (client.isDead()) {
            return;
        }
        switch (random.nextInt(calm)) {
            case 0, 1 -> client.move(--lastPlace);
            case 2, 3 -> client.leaveOrReturn(node);
            default -> {
                return; // most of the time all goes its way
            }
        }
    }

    private void heal() {
        network.faults(Faults.NONE);
        network.unblockAll();
        nodes.forEach(Node::heal);
        for (int i = 0; i < clients.size(); i++) {
            TalkingClient client = clients.get(i);
            if (client.isDead()) {
                clients.set(i, comeBack(client));
            }
            clients.get(i).pause(0);
            clients.get(i).returnToAll();
        }
    }

    private void until(String what, BooleanSupplier condition) {
        for (int step = 0; step < RECOVERY_STEPS && !condition.getAsBoolean(); step++) {
            turn();
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }

    private boolean isAllUp() {
        int wanted = Math.min(places, clients.size());
        for (Node node : nodes) {
            long up =
                    clients.stream().filter(client -> client.isUp(node.number)).count();
            boolean isFull = up == wanted && node.guests().size() == wanted;
            if (!isFull || !node.isUp(1 + NODES - node.number)) {
                return false;
            }
        }
        return true;
    }

    /** What is up stays up, and goes both ways. */
    private void everybodyIsHeard() {
        List<Long> heardByNodes = new ArrayList<>();
        List<Long> heardByClients = new ArrayList<>();
        heardSoFar(heardByNodes, heardByClients);
        long downs = downs();
        turns(GOOD_STEPS);
        assertThat(downs()).isEqualTo(downs);
        List<Long> laterByNodes = new ArrayList<>();
        List<Long> laterByClients = new ArrayList<>();
        heardSoFar(laterByNodes, laterByClients);
        assertHeardMore(heardByNodes, laterByNodes);
        assertHeardMore(heardByClients, laterByClients);
    }

    private long downs() {
        return nodes.stream().mapToLong(Talker::downs).sum()
                + clients.stream().mapToLong(Talker::downs).sum();
    }

    private void heardSoFar(List<Long> byNodes, List<Long> byClients) {
        for (Node node : nodes) {
            node.guests().forEach(guest -> byNodes.add(node.delivered(guest)));
            clients.stream()
                    .filter(client -> client.isUp(node.number))
                    .forEach(client -> byClients.add(client.delivered(node.number)));
        }
    }

    private static void assertHeardMore(List<Long> before, List<Long> after) {
        assertThat(after).hasSameSizeAs(before);
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i) - before.get(i)).isGreaterThan(GOOD_STEPS - 100);
        }
    }

    /** A node with places for clients, some of which it sends away. */
    private final class Node extends TalkingNode {
        private boolean keepsAll;

        Node(int number) {
            super(network, ClientsUnderFaultsTest.this.random, number, NODES, places);
        }

        void heal() {
            keepsAll = true;
            pause(0);
        }

        /** @return how many ways back to clients it has opened, and not closed */
        int openAnswers() {
            return network.streamsFrom(number, Stream.CLIENT);
        }

        @Override
        public void onMessage(int node, Stream stream, DirectBuffer message, int offset, int length) {
            super.onMessage(node, stream, message, offset, length);
            if (!keepsAll && stream == Stream.CLIENT && random.nextInt(20 * calm) == 0) {
                leave(node);
            }
        }

        @Override
        public void onRefused(int node, String why) {
            assertThat(node).as(why).isEqualTo(Hello.CLIENT);
            assertThat(why).contains("no more places");
            assertThat(openAnswers()).isEqualTo(places);
        }
    }
}
