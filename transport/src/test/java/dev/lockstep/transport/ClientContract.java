package dev.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every transport promises to clients, which are no members, and to the nodes that they speak with. */
public abstract class ClientContract {
    private static final long CLUSTER = 0xC1;
    private static final long PATIENCE_NS = 30_000_000_000L;
    private static final long A_WHILE_NS = 200_000_000;
    private static final int FIRST_PLACE = -10;

    private final Map<Integer, Transport> transports = new HashMap<>();
    private final Map<Integer, Recorder> recorders = new HashMap<>();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 20]);
    private TestNetwork network;

    /** @return a network without nodes */
    protected abstract TestNetwork network();

    @BeforeEach
    void startNode() {
        network = network();
        startNode(1);
    }

    private void startNode(long start) {
        Hello node = new Hello(CLUSTER, 0, 1, 1, 1001, new Incarnation(start, 0));
        use(1, network.start(node, 1, List.of()));
    }

    @AfterEach
    void closeAll() {
        transports.values().forEach(Transport::close);
        network.close();
    }

    private void use(int place, Transport transport) {
        transports.put(place, transport);
        recorders.put(place, new Recorder());
    }

    private int startClient(int which, long cluster) {
        int place = FIRST_PLACE - which;
        use(place, network.startClient(Hello.ofClient(cluster, 5000 + which), place, List.of(1)));
        return place;
    }

    private int startClient(int which) {
        return startClient(which, CLUSTER);
    }

    private Recorder node() {
        return recorders.get(1);
    }

    private void turn() {
        network.pass();
        transports.forEach((place, transport) -> {
            transport.invoke();
            transport.poll(recorders.get(place), 10);
        });
    }

    private void until(String what, BooleanSupplier condition) {
        long deadlineNs = network.nowNs() + PATIENCE_NS;
        while (!condition.getAsBoolean() && network.nowNs() - deadlineNs < 0) {
            turn();
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }

    private void forAWhile() {
        long endNs = network.nowNs() + A_WHILE_NS;
        while (network.nowNs() - endNs < 0) {
            turn();
        }
    }

    private static long value(byte[] message) {
        return new UnsafeBuffer(message).getLong(0);
    }

    /** @return the number that the node knows a client by, once it does */
    private int guest(int which) {
        until("guest " + which, () -> node().guests().containsKey(5000L + which));
        return node().guests().get(5000L + which);
    }

    @Test
    void aClientAsksAndIsAnswered() {
        int client = startClient(1);
        until("up", () -> transports.get(client).isUp(1));
        assertThat(recorders.get(client).hello(1).clusterId()).isEqualTo(CLUSTER);
        buffer.putLong(0, 42);
        assertThat(transports.get(client).offer(1, Stream.CLIENT, buffer, 0, 8)).isNotNegative();
        int guest = guest(1);
        until("asked", () -> !node().messages(guest, Stream.CLIENT).isEmpty());
        assertThat(value(node().messages(guest, Stream.CLIENT).get(0))).isEqualTo(42);
        buffer.putLong(0, 43);
        assertThat(transports.get(1).offer(guest, Stream.CLIENT, buffer, 0, 8)).isNotNegative();
        until(
                "answered",
                () -> !recorders.get(client).messages(1, Stream.CLIENT).isEmpty());
        assertThat(value(recorders.get(client).messages(1, Stream.CLIENT).get(0)))
                .isEqualTo(43);
    }

    @Test
    void severalClientsAreToldApart() {
        List<Integer> clients = new ArrayList<>();
        for (int which = 1; which <= TestNetwork.MAX_CLIENTS; which++) {
            clients.add(startClient(which));
        }
        for (int client : clients) {
            until("up", () -> transports.get(client).isUp(1));
        }
        for (int which = 1; which <= TestNetwork.MAX_CLIENTS; which++) {
            int client = clients.get(which - 1);
            for (int i = 0; i < 50; i++) {
                buffer.putLong(0, which * 1000L + i);
                assertThat(transports.get(client).offer(1, Stream.CLIENT, buffer, 0, 8))
                        .isNotNegative();
            }
        }
        for (int which = 1; which <= TestNetwork.MAX_CLIENTS; which++) {
            int guest = guest(which);
            until("all", () -> node().messages(guest, Stream.CLIENT).size() == 50);
            assertThat(value(node().messages(guest, Stream.CLIENT).get(49))).isEqualTo(which * 1000L + 49);
        }
    }

    @Test
    void thereAreOnlySoManyPlacesAndOneThatIsFreeIsTaken() {
        for (int which = 1; which <= TestNetwork.MAX_CLIENTS; which++) {
            int client = startClient(which);
            until("up", () -> transports.get(client).isUp(1));
        }
        int late = startClient(9);
        until("refused", () -> !node().refusals().isEmpty());
        assertThat(node().refusals().get(0)).contains("no more places");
        assertThat(transports.get(late).isUp(1)).isFalse();
        int first = FIRST_PLACE - 1;
        network.kill(transports.remove(first), first);
        until("its turn", () -> transports.get(late).isUp(1));
    }

    @Test
    void aClientThatDiesIsSeenAndAnotherOfTheSameIdentityIsAnotherGuest() {
        int client = startClient(1);
        until("up", () -> transports.get(client).isUp(1));
        int guest = guest(1);
        network.kill(transports.remove(client), client);
        until("gone", () -> node().events(guest).size() == 2);
        assertThat(node().events(guest).get(1)).startsWith("down");
        assertThat(transports.get(1).offer(guest, Stream.CLIENT, buffer, 0, 8)).isEqualTo(SendResult.NOT_CONNECTED);
        node().guests().clear();
        int again = startClient(1);
        until("up again", () -> transports.get(again).isUp(1));
        assertThat(guest(1)).isNotEqualTo(guest);
    }

    @Test
    void aNodeThatIsStartedAnewIsFoundAgain() {
        int client = startClient(1);
        until("up", () -> transports.get(client).isUp(1));
        network.kill(transports.get(1), 1);
        startNode(2);
        until(
                "down and up",
                () -> recorders.get(client).events(1).size() >= 3
                        && transports.get(client).isUp(1));
        assertThat(recorders.get(client).hello(1).incarnation().start()).isEqualTo(2);
        buffer.putLong(0, 7);
        assertThat(transports.get(client).offer(1, Stream.CLIENT, buffer, 0, 8)).isNotNegative();
        int guest = guest(1);
        until("asked", () -> node().messages(guest, Stream.CLIENT).size() == 1);
    }

    @Test
    void aClientOfAnotherClusterIsRefused() {
        int client = startClient(1, 0xBAD);
        until("refused", () -> !node().refusals().isEmpty());
        assertThat(node().refusals().get(0)).contains("client").contains("0000000000000bad");
        forAWhile();
        assertThat(transports.get(client).isUp(1)).isFalse();
    }

    @Test
    void aClientThatDoesNotSayWhichClusterIsTold() {
        int client = startClient(1, 0);
        until("up", () -> transports.get(client).isUp(1));
        assertThat(recorders.get(client).hello(1).clusterId()).isEqualTo(CLUSTER);
    }

    @Test
    void aClientThatDoesNotReadIsBackPressuredAlone() {
        int idle = startClient(1);
        int busy = startClient(2);
        until("both", () -> transports.get(idle).isUp(1) && transports.get(busy).isUp(1));
        int idleGuest = guest(1);
        int busyGuest = guest(2);
        Transport stopped = transports.remove(idle);
        try {
            long result = 0;
            int sent = 0;
            for (int i = 0; i < 100_000 && result >= 0; i++) {
                result = transports.get(1).offer(idleGuest, Stream.CLIENT, buffer, 0, 1000);
                if (i % 10 == 0) {
                    assertThat(transports.get(1).offer(busyGuest, Stream.CLIENT, buffer, 0, 8))
                            .isNotNegative();
                    sent++;
                    turn();
                }
            }
            assertThat(SendResult.describe(result)).isEqualTo("BACK_PRESSURED");
            int expected = sent;
            until(
                    "the other",
                    () -> recorders.get(busy).messages(1, Stream.CLIENT).size() == expected);
        } finally {
            stopped.close();
        }
    }

    @Test
    void aGuestThatIsSentAwayIsToldAndMayComeBackAsAnother() {
        int client = startClient(1);
        until("up", () -> transports.get(client).isUp(1));
        int guest = guest(1);
        transports.get(1).remove(guest);
        assertThat(transports.get(1).isUp(guest)).isFalse();
        until(
                "seen",
                () -> recorders.get(client).events(1).contains("down PEER_GONE")
                        || recorders.get(client).events(1).contains("down GAP")
                        || recorders.get(client).events(1).contains("down PEER_RESTARTED"));
        until("back", () -> transports.get(client).isUp(1) && guest(1) != guest);
    }

    @Test
    void membersAndClientsKeepToTheirStreams() {
        int client = startClient(1);
        until("up", () -> transports.get(client).isUp(1));
        int guest = guest(1);
        assertThatThrownBy(() -> transports.get(client).offer(1, Stream.LOG, buffer, 0, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LOG");
        assertThatThrownBy(() -> transports.get(1).offer(guest, Stream.CONTROL, buffer, 0, 8))
                .isInstanceOf(IllegalArgumentException.class);
        int longest = transports.get(client).maxMessageBytes(Stream.CLIENT);
        assertThat(transports.get(client).offer(1, Stream.CLIENT, buffer, 0, longest + 1))
                .isEqualTo(SendResult.TOO_LARGE);
    }
}
