package io.purgewise.examples;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaModifier.NATIVE;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.purgewise.aws.CloudFrontCdn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the libraries to what GraalVM's native image can see by itself, so that they need no reachability metadata. */
class NativeImageTest {

    private static final JavaClasses LIBRARIES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.purgewise")
            .that(resideOutsideOfPackages("io.purgewise.examples..", "io.purgewise.testkit.."));

    @Test
    void coreAndAdapterFindNothingByName() {
        assertThat(LIBRARIES.contain(CloudFrontCdn.class)).isTrue();
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.reflect..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.(ServiceLoader|ResourceBundle)|java\\.io\\.Object(In|Out)putStream")
                .orShould()
                .callMethodWhere(
                        target(owner(nameMatching("java\\.lang\\.(Class|ClassLoader|Module)")))
                                .and(
                                        target(
                                                nameMatching(
                                                        "forName|loadClass|getResource.*|getDeclared.*|getMethods?|getConstructors?|getFields?"))))
                .check(LIBRARIES);
        noMethods().should().haveModifier(NATIVE).check(LIBRARIES);
    }

    /** The adapter's calls go through the SDK, whose own metadata must be where the native image looks for it. */
    @ParameterizedTest
    @ValueSource(
            strings = {"sdk-core/native-image.properties", "aws-core/reflect-config.json", "s3/reflect-config.json"})
    void theSdkBringsItsOwnMetadata(String file) {
        assertThat(getClass().getResource("/META-INF/native-image/software.amazon.awssdk/" + file))
                .isNotNull();
    }
}
