package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.purgewise.outbox.Outbox;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Gives {@link OutboxContract} outboxes that are wrong, and looks whether each of its tests finds one. */
class OutboxContractCanFailTest {

    /** Is run by the tests below alone, with a mutant named by a parameter. */
    static class OfAMutant extends OutboxContract {

        private Optional<OutboxMutant> mutant = Optional.empty();

        @RegisterExtension
        final BeforeEachCallback chosen =
                context -> mutant = context.getConfigurationParameter("mutant", OutboxMutant::valueOf);

        @Override
        protected Outbox connect() {
            return mutant.orElse(OutboxMutant.NONE).around(Outbox.inMemory(clock), clock);
        }

        /** Both instances are one, as for every outbox in memory. */
        @BeforeEach
        @Override
        void connectTwice() {
            first = connect();
            second = first;
        }
    }

    private static Events run(OutboxMutant mutant) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(OfAMutant.class))
                .configurationParameter("mutant", mutant.name())
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .execute()
                .testEvents();
    }

    private static Set<String> names(Stream<Event> tests) {
        return tests.map(event ->
                        event.getTestDescriptor().getUniqueId().getLastSegment().getValue())
                .map(method -> method.substring(0, method.indexOf('(')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachTestOfTheContractFindsAnOutboxThatIsWrong() {
        Events right = run(OutboxMutant.NONE);
        assertThat(names(right.failed().stream())).isEmpty();
        Set<String> found = new TreeSet<>();
        for (OutboxMutant mutant : Arrays.asList(OutboxMutant.values()).subList(1, OutboxMutant.values().length)) {
            Set<String> failed = names(run(mutant).failed().stream());
            assertThat(failed).as("an outbox that %s", mutant).isNotEmpty();
            found.addAll(failed);
        }
        assertThat(found).isEqualTo(names(right.started().stream()));
    }
}
