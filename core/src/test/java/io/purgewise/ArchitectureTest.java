package io.purgewise;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keeps core pure and its packages in order. */
class ArchitectureTest {

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.purgewise");

    @Test
    void coreDoesNoInputOrOutputAndKnowsNoCloud() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..", "java.net..", "java.nio.file..", "software.amazon..", "com.fasterxml..")
                .because("core is pure")
                .check(CORE);
    }

    @Test
    void coreDependsOnTheJdkAndJSpecifyAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.purgewise..", "java..", "org.jspecify.annotations..")
                .check(CORE);
    }

    @Test
    void coreReadsNoClockOfItsOwn() {
        Set<String> clocks = Set.of("now", "currentTimeMillis", "nanoTime", "systemUTC", "systemDefaultZone", "system");
        noClasses()
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "a clock is read",
                        (JavaCall<?> call) -> clocks.contains(call.getName())
                                && (call.getTargetOwner().getPackageName().equals("java.time")
                                        || call.getTargetOwner().isEquivalentTo(System.class))))
                .because("time is passed in")
                .check(CORE);
    }

    @Test
    void thePackagesPointOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("site")
                .definedBy("io.purgewise.site..")
                .layer("cache")
                .definedBy("io.purgewise.cache..")
                .layer("plan")
                .definedBy("io.purgewise.plan..")
                .layer("cdn")
                .definedBy("io.purgewise.cdn..")
                .layer("revalidate")
                .definedBy("io.purgewise.revalidate..")
                .layer("outbox")
                .definedBy("io.purgewise.outbox..")
                .layer("internal")
                .definedBy("io.purgewise.internal..")
                .whereLayer("internal")
                .mayNotAccessAnyLayer()
                .whereLayer("outbox")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("revalidate")
                .mayOnlyBeAccessedByLayers("outbox")
                .whereLayer("cdn")
                .mayOnlyBeAccessedByLayers("revalidate", "outbox")
                .whereLayer("cache")
                .mayOnlyBeAccessedByLayers("revalidate", "outbox")
                .whereLayer("plan")
                .mayOnlyBeAccessedByLayers("cdn", "revalidate", "outbox")
                .check(CORE);
    }

    /** What becomes public stays public; a new line in the list is a decision, not an accident. */
    @Test
    void onlyThePublicFaceIsPublic() throws IOException {
        List<String> visible = CORE.stream()
                .filter(c -> c.isTopLevelClass() && c.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(c -> !c.getPackageName().equals("io.purgewise.internal"))
                .map(JavaClass::getName)
                .sorted()
                .toList();
        try (InputStream list = Objects.requireNonNull(getClass().getResourceAsStream("/public-face.txt"))) {
            assertThat(visible)
                    .isEqualTo(new String(list.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .that(DescribedPredicate.describe("are named", (JavaClass c) -> !c.isAnonymousClass()))
                .should()
                .haveNameMatching(".*(Impl|Utils?|Manager|Helper)")
                .check(CORE);
    }
}
