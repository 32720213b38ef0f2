package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.Skip;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeStateTest {
    private final NodeState state = new NodeState();

    @Test
    void aNodeOnItsWayToAnotherEpochKeepsWhatItKnewOfSkips() {
        List<Skip> decided = List.of(new Skip(7, 9, null, "poison"));
        state.publishSkips(decided, 9);
        Skips known = state.skips();
        assertThat(known.includeCommand(7)).isTrue();
        state.publishSkips(List.of(), 0);
        assertThat(state.skips())
                .as("whoever applies would rebuild the state, for nothing")
                .isSameAs(known);
        state.publishSkips(List.of(), 8);
        assertThat(state.skips().includeCommand(7))
                .as("the other epoch has not decided that")
                .isFalse();
    }
}
