package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Nodes that speak with each other while everything happens that can happen to a network. */
final class NetworkStorm {
    private static final int NODES = 4;
    private static final int TURN_MS = 2;
    private static final int MAX_PAUSE_TURNS = 1_000;
    private static final int LONGEST_ECHO_MS = 13_000;

    private final ClusterNetworkContract test;
    private final SplittableRandom random;
    private final boolean disorder;
    private final Speaker[] speakers = new Speaker[NODES + 1];
    private final int[] pausedTurns = new int[NODES + 1];
    private final List<Speaker> older = new ArrayList<>();
    private long starts;

    NetworkStorm(ClusterNetworkContract test, SplittableRandom random, NetworkFaults faults) {
        this.test = test;
        this.random = random;
        this.disorder = faults.ghostPerMille() + faults.duplicatePerMille() + faults.reorderPerMille() > 0;
        for (int node = 1; node <= NODES; node++) {
            start(node);
        }
    }

    private void start(int node) {
        speakers[node] = test.start(node, ++starts);
        pausedTurns[node] = 0;
        if (disorder) {
            speakers[node].bearDisorder();
        }
    }

    void rage(int turns) {
        for (int turn = 0; turn < turns; turn++) {
            disturb(1 + random.nextInt(NODES), 1 + random.nextInt(NODES));
            speak();
        }
    }

    private void disturb(int one, int other) {
        Speaker speaker = speakers[one];
        switch (random.nextInt(300)) {
            case 0, 1 -> test.network.block(one, other);
            case 2, 3, 4, 5 -> test.network.unblock(one, other);
            case 6 -> test.network.unblockAll();
            case 7 -> {
                speaker.kill();
                start(one);
            }
            case 8, 9 -> speaker.kill();
            case 10 -> startBeside(speaker);
            case 11 -> test.network.breakLink(one, other);
            case 12, 13 -> pause(speaker);
            case 14 -> introduceAnew(speaker);
            default -> bringBack(one);
        }
    }

    private void startBeside(Speaker speaker) {
        older.add(speaker);
        start(speaker.node);
    }

    private void pause(Speaker speaker) {
        speaker.pause();
        pausedTurns[speaker.node] = 1 + random.nextInt(MAX_PAUSE_TURNS);
    }

    private static void introduceAnew(Speaker speaker) {
        if (!speaker.isKilled()) {
            speaker.introduceAnew();
        }
    }

    private void bringBack(int node) {
        if (speakers[node].isKilled() && random.nextInt(100) == 0) {
            start(node);
        }
    }

    private void speak() {
        test.run(TURN_MS);
        for (int node = 1; node <= NODES; node++) {
            if (pausedTurns[node] > 0 && --pausedTurns[node] == 0) {
                speakers[node].goOn();
            }
            speak(speakers[node]);
        }
        older.forEach(this::speak);
    }

    private void speak(Speaker speaker) {
        for (int peer = 1; peer <= NODES; peer++) {
            long result = speaker.say(peer, Stream.ofMembers().get(random.nextInt(3)));
            assertThat(result >= 0 || speaker.isUp(peer) || result != SendResult.BACK_PRESSURED)
                    .as("whoever is not up is not connected")
                    .isTrue();
        }
    }

    /** All faults end, and all links are up; what was said before comes to an end; then all is heard. */
    void calm() {
        test.network.faults(NetworkFaults.NONE);
        test.network.unblockAll();
        older.forEach(Speaker::kill);
        for (int node = 1; node <= NODES; node++) {
            speakers[node].goOn();
            if (speakers[node].isKilled()) {
                start(node);
            }
        }
        test.run(LONGEST_ECHO_MS);
        int downs = downs();
        for (int node = 1; node <= NODES; node++) {
            speakers[node].heard.clear();
        }
        speak();
        test.run(TURN_MS);
        for (int node = 1; node <= NODES; node++) {
            assertThat(speakers[node].heard).as("heard by %s", node).hasSize(NODES - 1);
        }
        assertThat(downs()).isEqualTo(downs);
    }

    private int downs() {
        int downs = 0;
        for (int node = 1; node <= NODES; node++) {
            downs += speakers[node].downs();
        }
        return downs;
    }
}
