package dev.lockstep.storage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The walls inside storage. Those between the modules are held where all of them can be seen. */
class StorageWallsTest {
    private static final JavaClasses STORAGE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.lockstep.storage");

    @Test
    void noTypeOfChronicleIsSeenFromOutside() {
        classes()
                .should(showNothingOf("net.openhft."))
                .because("another journal format must be able to take its place")
                .check(STORAGE);
    }

    @Test
    void noTwoPackagesNeedEachOther() {
        slices().matching("dev.lockstep.storage.(*)..")
                .should()
                .beFreeOfCycles()
                .because("each must be readable, and testable, without the others that build on it")
                .check(STORAGE);
    }

    /** Shown is what code in another package can name: the public and protected parts of what is public itself. */
    private static ArchCondition<JavaClass> showNothingOf(String packagePrefix) {
        return new ArchCondition<>("show nothing of " + packagePrefix) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!isShown(type)) {
                    return;
                }
                Stream.concat(type.getInterfaces().stream(), type.getSuperclass().stream())
                        .flatMap(parent -> parent.getAllInvolvedRawTypes().stream())
                        .filter(parent -> parent.getName().startsWith(packagePrefix))
                        .forEach(parent -> events.add(SimpleConditionEvent.violated(
                                type, type.getDescription() + " shows its parent " + parent.getName())));
                type.getMembers().stream()
                        .filter(StorageWallsTest::isShown)
                        .forEach(member -> typesOf(member)
                                .map(JavaClass::getBaseComponentType)
                                .map(JavaClass::getName)
                                .filter(name -> name.startsWith(packagePrefix))
                                .forEach(name -> events.add(SimpleConditionEvent.violated(
                                        member, member.getDescription() + " shows " + name))));
            }
        };
    }

    private static boolean isShown(JavaClass type) {
        boolean shown = type.getModifiers().contains(JavaModifier.PUBLIC)
                || type.getModifiers().contains(JavaModifier.PROTECTED);
        return shown && type.getEnclosingClass().map(StorageWallsTest::isShown).orElse(true);
    }

    private static boolean isShown(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaClass> typesOf(JavaMember member) {
        Stream<JavaClass> signature = member.getAllInvolvedRawTypes().stream();
        return member instanceof JavaCodeUnit method
                ? Stream.concat(
                        signature, method.getThrowsClause().getTypes().stream().map(JavaType::toErasure))
                : signature;
    }
}
