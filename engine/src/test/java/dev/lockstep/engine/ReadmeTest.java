package dev.lockstep.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.testkit.StateMachineTester;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What README.md shows compiles, and the state machine that everybody begins with is a sound one. */
final class ReadmeTest {
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final String SOURCE = "engine/src/test/java/dev/lockstep/engine/WhatTheReadmeShows.java";

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve(SOURCE))) {
            directory = directory.getParent();
        }
        return directory;
    }

    /** @return code without what tools may write otherwise: comments and white space */
    private static String bare(String code) {
        return code.replaceAll(" // .*", "").replaceAll("\\s", "");
    }

    @Test
    void itsCodeIsCodeThatCompiles() throws IOException {
        String readme = Files.readString(root().resolve("README.md"));
        String source = bare(Files.readString(root().resolve(SOURCE)));
        List<String> shown = CODE.matcher(readme)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
        assertThat(shown).hasSize(12);
        for (String each : shown) {
            for (String line : bodyOf(each)) {
                assertThat(source).as("the line %s", line).contains(bare(line));
            }
        }
    }

    private static List<String> bodyOf(String code) {
        List<String> lines = new ArrayList<>(code.lines().toList());
        lines.removeIf(String::isBlank);
        return lines;
    }

    @Test
    void itsClusterComesToTheSum() {
        byte[] five = {5, 0, 0, 0, 0, 0, 0, 0};
        byte[] six = {6, 0, 0, 0, 0, 0, 0, 0};
        WhatTheReadmeShows.tryInACluster(five, six);
    }

    @Test
    void itsStateMachineBearsWhateverItIsGiven() {
        StateMachineTester tester = StateMachineTester.of(WhatTheReadmeShows.Counter::new);
        assertThat(tester.apply(new byte[] {5, 0, 0, 0, 0, 0, 0, 0}).payload().getLong(0))
                .isEqualTo(5);
        for (int length : new int[] {0, 1, 7, 9, 1_000}) {
            assertThat(tester.apply(new byte[length]).code()).isEqualTo(WhatTheReadmeShows.Counter.NOT_A_NUMBER);
        }
        tester.check();
    }

    /** What came before is in the state that is read, and nothing is told twice. */
    @Test
    @Timeout(60)
    void whoBeginsWithAReadFollowsFromBehindIt(@TempDir Path directory) {
        WhatTheReadmeShows.Counter counter = new WhatTheReadmeShows.Counter();
        byte[] five = {5, 0, 0, 0, 0, 0, 0, 0};
        byte[] six = {6, 0, 0, 0, 0, 0, 0, 0};
        List<Long> told = new ArrayList<>();
        try (Engine engine =
                Engine.builder().directory(directory).stateMachine(counter).start()) {
            long before = engine.submit(five).join().index();
            try (Follower follower = WhatTheReadmeShows.followWhatIsThere(
                    engine, counter, command -> told.add(command.payload().getLong(0)))) {
                assertThat(follower.nextIndex()).isGreaterThan(before);
                engine.submit(six).join();
                while (told.isEmpty()) {
                    follower.poll(10);
                }
            }
        }
        assertThat(told).containsExactly(6L);
    }

    @Test
    void itsOrdersAreGoneWhenTheirTimeHasCome() {
        List<WhatTheReadmeShows.Orders> made = new ArrayList<>();
        StateMachineTester tester = StateMachineTester.of(() -> {
            made.add(new WhatTheReadmeShows.Orders());
            return made.get(made.size() - 1);
        });
        tester.apply(new byte[] {5, 0, 0, 0, 0, 0, 0, 0});
        assertThat(tester.apply(new byte[0]).code()).isEqualTo(WhatTheReadmeShows.Orders.NOT_AN_ORDER);
        assertThat(made.get(0).countOpen()).isOne();
        tester.pass(TimeUnit.MINUTES.toNanos(5)).apply(new byte[] {6, 0, 0, 0, 0, 0, 0, 0});
        assertThat(made.get(0).countOpen()).isOne();
        tester.check();
    }
}
