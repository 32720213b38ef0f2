package dev.lockstep.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.EngineException.BadSettings;
import dev.lockstep.engine.pipeline.EngineSettings;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.agrona.ErrorHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineBuilderTest {
    private static final String MEMBERS = "a=10.0.0.1:9000,b=10.0.0.2:9000,c=10.0.0.3:9000/witness";

    @TempDir
    private Path directory;

    private EngineBuilder sound() {
        return Engine.builder().directory(directory).stateMachine(new WhatUsersWrite.Counter());
    }

    private void isRefused(UnaryOperator<EngineBuilder> change, String... said) {
        assertThatThrownBy(() -> change.apply(sound()).settings())
                .isInstanceOf(BadSettings.class)
                .hasMessageNotContaining("settings are wrong") // it is the only mistake
                .hasMessageContainingAll(said);
    }

    @Test
    void aDirectoryAndAStateMachineAreEnoughForANodeThatIsAlone() {
        EngineSettings settings = sound().settings();
        assertThat(settings.directory()).isEqualTo(directory);
        assertThat(settings.name()).isEqualTo("1");
        assertThat(settings.node()).isEqualTo(1);
        assertThat(settings.isSingle()).isTrue();
        assertThat(settings.isListening()).isFalse();
        assertThat(settings.durability()).isEqualTo(Durability.FLUSHED);
    }

    @Test
    void everySettingHasItsDefault() {
        EngineSettings settings = sound().settings();
        assertThat(settings.threading()).isEqualTo(Threading.COMPACT);
        assertThat(settings.idle()).isEqualTo(Idle.BACKOFF);
        assertThat(settings.mode()).isEqualTo(Mode.SYNC);
        assertThat(settings.maxCommandBytes()).isEqualTo(65536);
        assertThat(settings.maxReplyBytes()).isEqualTo(1024);
        assertThat(settings.window()).isEqualTo(1024);
        assertThat(settings.maxSubmitters()).isEqualTo(64);
        assertThat(settings.ringBytes()).isEqualTo(4194304);
        assertThat(settings.mtuBytes()).isEqualTo(1408);
        assertThat(settings.segmentBytes()).isEqualTo(33554432);
        assertThat(settings.maxJournalBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(settings.flushIntervalNs()).isEqualTo(100_000_000);
        assertThat(settings.heartbeatNs()).isEqualTo(30_000_000);
        assertThat(settings.electionTimeoutNs()).isEqualTo(300_000_000);
        assertThat(settings.priority()).isZero();
        assertThat(settings.submitTimeoutNs()).isEqualTo(5_000_000_000L);
        assertThat(settings.ackTimeoutNs()).isEqualTo(1_000_000_000);
        assertThat(settings.callbackExecutor()).isNull();
        assertThat(settings.errorHandler()).isNull();
        assertThat(settings.sharedMemory()).isEqualTo(Path.of("/dev/shm"));
        assertThat(settings.externalDriver()).isNull();
    }

    @Test
    void nullBringsEveryDefaultBack() {
        EngineSettings settings = sound().node("a")
                .members(MEMBERS)
                .threading(Threading.CALLER)
                .durability(Durability.APPENDED)
                .heartbeat(Duration.ofMillis(1))
                .callbackExecutor(Runnable::run)
                .node(null)
                .members(null)
                .threading(null)
                .idle(null)
                .mode(null)
                .durability(null)
                .flushInterval(null)
                .heartbeat(null)
                .electionTimeout(null)
                .submitTimeout(null)
                .ackTimeout(null)
                .threadFactory(null)
                .callbackExecutor(null)
                .errorHandler(null)
                .sharedMemory(null)
                .externalDriver(null)
                .settings();
        assertThat(settings)
                .usingRecursiveComparison()
                .ignoringFields("threadFactory")
                .isEqualTo(sound().settings());
        assertThat(settings.threadFactory()).isNotNull();
    }

    @Test
    void severalVotersNeedNotFlush() {
        EngineSettings settings = sound().node("b").members(MEMBERS).settings();
        assertThat(settings.node()).isEqualTo(2);
        assertThat(settings.isSingle()).isFalse();
        assertThat(settings.isListening()).isTrue();
        assertThat(settings.durability()).isEqualTo(Durability.APPENDED);
        assertThat(settings.self().peer().address()).isEqualTo("10.0.0.2:9000");
    }

    @Test
    void aVoterThatOthersFollowWithoutAVoteStillFlushes() {
        EngineSettings settings =
                sound().node("a").members("a=h:1,b=h:11/observer").settings();
        assertThat(settings.isSingle()).isTrue();
        assertThat(settings.isListening()).isTrue();
        assertThat(settings.durability()).isEqualTo(Durability.FLUSHED);
        assertThat(sound().durability(Durability.APPENDED).settings().durability())
                .isEqualTo(Durability.APPENDED);
    }

    @Test
    void whatOnlyCodeCanMakeIsHandedOn() {
        ThreadFactory threads = Thread::new;
        Executor executor = Runnable::run;
        ErrorHandler errors = error -> {};
        EngineSettings settings = sound().threadFactory(threads)
                .callbackExecutor(executor)
                .errorHandler(errors)
                .settings();
        assertThat(settings.threadFactory()).isSameAs(threads);
        assertThat(settings.callbackExecutor()).isSameAs(executor);
        assertThat(settings.errorHandler()).isSameAs(errors);
    }

    @Test
    void threadsBearTheNodesNameAndKeepTheProcessAliveWhoeverStartsThem() throws InterruptedException {
        ThreadFactory threads = sound().node("b").members(MEMBERS).settings().threadFactory();
        Thread[] made = new Thread[1];
        Thread daemon = new Thread(() -> made[0] = threads.newThread(() -> {}));
        daemon.setDaemon(true);
        daemon.start();
        daemon.join();
        assertThat(made[0].getName()).isEqualTo("lockstep-b");
        assertThat(made[0].isDaemon()).isFalse();
    }

    @Test
    void withoutADirectoryAndAStateMachineNothingStarts() {
        assertThatThrownBy(() -> Engine.builder().start())
                .isInstanceOf(BadSettings.class)
                .hasMessageStartingWith("2 settings are wrong:")
                .hasMessageContaining("stateMachine is not given")
                .hasMessageContaining("directory is not given");
        assertThatThrownBy(() -> WhatUsersWrite.count(null, new byte[8]))
                .isInstanceOf(BadSettings.class)
                .hasMessageStartingWith("directory is not given");
    }

    @Test
    void aWitnessNeedsNoStateMachine() {
        assertThat(sound().stateMachine(null)
                        .node("c")
                        .members(MEMBERS)
                        .settings()
                        .node())
                .isEqualTo(3);
        isRefused(it -> it.stateMachine(null).node("a").members(MEMBERS), "stateMachine is not given");
        isRefused(it -> it.stateMachine(null), "stateMachine is not given");
    }

    @Test
    void aFileIsNoDirectory() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        isRefused(it -> it.directory(file), "directory is " + file, "a file");
        assertThat(sound().directory(directory.resolve("new")).settings().directory())
                .doesNotExist();
    }

    @Test
    void aNodeGoesWithItsMembers() {
        isRefused(it -> it.node("a"), "node is \"a\"", "members is not given", "leave node out");
        isRefused(it -> it.members(MEMBERS), "node is not", "which of a, b, c");
        isRefused(it -> it.members(MEMBERS).node("d"), "node is \"d\"", "it names a, b, c");
        isRefused(it -> it.members(MEMBERS).node(""), "node is \"\"", "letters, digits");
        isRefused(it -> it.members(" ").node("a"), "members is empty", "leave it out");
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        EngineBuilder builder = Engine.builder()
                .node("x")
                .members("a=10.0.0.1:9000,a=10.0.0.1:9001,c=nowhere,d=h:1/witness,e=h:9/witness")
                .maxCommandBytes(0)
                .maxReplyBytes(-1)
                .window(1000)
                .maxSubmitters(4096)
                .ringBytes(5000)
                .mtuBytes(1400)
                .segmentBytes(1000)
                .flushInterval(Duration.ofNanos(-1))
                .heartbeat(Duration.ZERO)
                .electionTimeout(Duration.ofDays(2))
                .priority(11)
                .submitTimeout(Duration.ZERO)
                .ackTimeout(Duration.ofSeconds(Long.MAX_VALUE));
        builder.from(SettingPropertiesTest.properties("lockstep.hartbeat=30ms", "lockstep.idle=sleep"));
        assertThatThrownBy(builder::start)
                .isInstanceOf(BadSettings.class)
                .hasMessageStartingWith("19 settings are wrong:")
                .hasMessageContainingAll(
                        "lockstep.hartbeat is no setting; the nearest one is lockstep.heartbeat",
                        "lockstep.idle is \"sleep\"; it is one of BACKOFF, YIELD, BUSY_SPIN",
                        "stateMachine is not given",
                        "the name a is listed twice",
                        "the address of c is \"nowhere\"",
                        "directory is not given",
                        "maxSubmitters is 4096; it must be from 1 to 4095",
                        "maxReplyBytes is -1; it must be from 0 to 1048576",
                        "window is 1000; it must be a power of two from 1 to 1048576",
                        "maxCommandBytes is 0; it must be from 1 to 16777216",
                        "ringBytes is 5000; it must be a power of two from 1024 to 1073741824",
                        "mtuBytes is 1400; it must be a multiple of 32",
                        "segmentBytes is 1000; it must be a multiple of 65536",
                        "flushInterval is -1ns; it must not be negative, nor longer than a day",
                        "heartbeat is 0ms; it must be positive, and not longer than a day",
                        "electionTimeout is 172800000ms; it must be positive, and not longer than a day",
                        "submitTimeout is 0ms",
                        "ackTimeout is 9223372036s; it must be positive, and not longer than a day",
                        "priority is 11; it must be from 0 to 10");
    }

    @Test
    void threeHeartbeatsFitATimeout() {
        isRefused(
                it -> it.heartbeat(Duration.ofMillis(200)),
                "heartbeat is 200ms and electionTimeout 300ms",
                "shorten heartbeat to 100ms",
                "lengthen electionTimeout to 600ms");
        isRefused(it -> it.electionTimeout(Duration.ofNanos(89_999_000)), "electionTimeout 89999us");
        assertThat(sound().electionTimeout(Duration.ofMillis(90)).settings().replica(1))
                .isNotNull();
        assertThat(sound().heartbeat(Duration.ofMillis(100)).settings().replica(1))
                .isNotNull();
    }

    @Test
    void whatIsJustWithinItsBoundsIsTaken() {
        EngineSettings least = sound().maxCommandBytes(1)
                .maxReplyBytes(0)
                .window(1)
                .maxSubmitters(1)
                .ringBytes(1024)
                .mtuBytes(512)
                .segmentBytes(320 << 10)
                .flushInterval(Duration.ZERO)
                .heartbeat(Duration.ofNanos(1))
                .electionTimeout(Duration.ofNanos(3))
                .submitTimeout(Duration.ofNanos(1))
                .ackTimeout(Duration.ofNanos(1))
                .settings();
        assertThat(least.replica(1).heartbeatNs()).isOne();
        assertThat(least.journal().flushIntervalNs()).isZero();
        EngineSettings most = sound().maxCommandBytes(16 << 20)
                .maxReplyBytes(1 << 20)
                .window(512)
                .maxSubmitters(4095)
                .ringBytes(1 << 30)
                .mtuBytes(65504)
                .segmentBytes(1 << 29)
                .priority(10)
                .flushInterval(Duration.ofDays(1))
                .heartbeat(Duration.ofHours(8))
                .electionTimeout(Duration.ofDays(1))
                .submitTimeout(Duration.ofDays(1))
                .ackTimeout(Duration.ofDays(1))
                .settings();
        assertThat(most.replica(1).priority()).isEqualTo(10);
    }

    @Test
    void aJournalHasRoomForEightSegments() {
        isRefused(
                it -> it.maxJournalBytes(255L << 20),
                "maxJournalBytes is 267386880; 8 segments must fit it, which are 268435456; raise it, or make"
                        + " segmentBytes smaller");
        assertThat(sound().maxJournalBytes(256L << 20).settings().journal().maxJournalBytes())
                .isEqualTo(256L << 20);
    }

    @Test
    void theRepliesOfAWindowAreNotMoreThanMemoryTakes() {
        isRefused(
                it -> it.window(1024).maxReplyBytes(1 << 20),
                "window is 1024 and maxReplyBytes 1048576",
                "window may be 512");
        isRefused(it -> it.window(1 << 20).maxReplyBytes(1 << 20), "window may be 512");
        isRefused(it -> it.window(1024).maxReplyBytes((1 << 20) - 64), "window may be 512");
        assertThat(sound().window(1 << 20).maxReplyBytes(960).settings().window())
                .isEqualTo(1 << 20);
        isRefused(it -> it.window(1 << 20).maxReplyBytes(961), "window may be 524288");
    }

    @Test
    void eachSettingHasOneSetterAndThereAreFewerThanThirty() {
        List<Method> setters = Arrays.stream(EngineBuilder.class.getMethods())
                .filter(each -> each.getReturnType() == EngineBuilder.class)
                .filter(each -> !each.getName().startsWith("from"))
                .toList();
        Set<String> names = setters.stream().map(Method::getName).collect(Collectors.toSet());
        assertThat(setters).hasSameSizeAs(names).hasSizeLessThan(30);
        Set<String> known = new HashSet<>(new SettingKeys(Engine.builder()).names());
        known.addAll(SettingKeys.IN_CODE);
        assertThat(names).isEqualTo(known);
    }
}
