package dev.lockstep.samples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Random;
import java.util.Timer;
import org.junit.jupiter.api.Test;

/**
 * The walls between the modules. They are held here because the samples stand on top of the house: every library is on
 * their class path.
 */
class HouseTest {
    private static final String STORAGE = "dev.lockstep.storage..";
    private static final String TRANSPORT = "dev.lockstep.transport..";
    private static final String ENGINE = "dev.lockstep.engine..";
    private static final String SAMPLES = "dev.lockstep.samples..";

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("testkit")) // a jar of tests
            .importPackages("dev.lockstep");

    @Test
    void chronicleLivesInTheJournalAndNowhereElse() {
        livesOnlyIn("dev.lockstep.storage.journal..", "net.openhft..");
    }

    @Test
    void aeronLivesInTransportAndNowhereElse() {
        livesOnlyIn(TRANSPORT, "io.aeron..");
    }

    @Test
    void theDisruptorLivesInTheEngineAndNowhereElse() {
        livesOnlyIn(ENGINE, "com.lmax..");
    }

    @Test
    void storageAndTransportKnowNeitherEachOtherNorTheEngine() {
        slices().matching("dev.lockstep.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(resideInAPackage(ENGINE), resideInAnyPackage(STORAGE, TRANSPORT))
                .ignoreDependency(resideInAPackage(SAMPLES), resideInAPackage(ENGINE))
                .because("either can be replaced, and tested, without the other")
                .check(HOUSE);
    }

    @Test
    void theReplicaHasNothingOfItsOwnThatASimulatorCannotGiveIt() {
        noClasses()
                .that()
                .resideInAPackage("dev.lockstep.engine.replica..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.util.concurrent..",
                                "java.util.random..",
                                "java.time..",
                                "java.security..",
                                "java.io..",
                                "java.net..",
                                "java.nio.file..",
                                "java.nio.channels..",
                                "net.openhft..",
                                "io.aeron..",
                                "com.lmax..")
                        .or(belongToAnyOf(Thread.class, Random.class, Timer.class)))
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .because("one seed must decide all that happens to it")
                .check(HOUSE);
    }

    @Test
    void noLibraryPrints() {
        noClasses()
                .that()
                .resideInAnyPackage(STORAGE, TRANSPORT, ENGINE)
                .and()
                .resideOutsideOfPackages(
                        "dev.lockstep.storage.inspect..",
                        "dev.lockstep.engine.tool..") // programs: to print is their work
                .should(ACCESS_STANDARD_STREAMS)
                .because("what a service prints is for the service to say")
                .check(HOUSE);
    }

    @Test
    void noLibraryAsserts() {
        noClasses()
                .that()
                .resideInAnyPackage(STORAGE, TRANSPORT, ENGINE)
                .should()
                .callConstructorWhere(JavaCall.Predicates.target(owner(assignableTo(AssertionError.class))))
                .because("an assert sleeps in production; an Invariant is always on")
                .check(HOUSE);
    }

    private static void livesOnlyIn(String home, String guest) {
        noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(guest)
                .because("it lives in " + home + " and nowhere else")
                .check(HOUSE);
    }
}
