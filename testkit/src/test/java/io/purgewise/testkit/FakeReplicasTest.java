package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.RevalidationEndpoint;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FakeReplicasTest extends RevalidationEndpointContract {

    private final FakeReplicas replicas = new FakeReplicas(2);

    @Override
    protected RevalidationEndpoint endpoint() {
        return replicas;
    }

    @Override
    protected void takeDown(int server) {
        replicas.setDown(server, true);
    }

    @Override
    protected void refuse(int server, Change change) {
        replicas.refuse(server, change);
    }

    @Override
    protected Set<Change> marked(int server) {
        return replicas.marked(server);
    }

    @Test
    void aServerThatComesUpAgainMarks() {
        takeDown(1);
        assertThat(replicas.mark(List.of(Change.tag("t")))).isNotEmpty();
        replicas.setDown(1, false);

        assertThat(replicas.mark(List.of(Change.tag("t")))).isEmpty();
        assertThat(marked(1)).containsExactly(Change.tag("t"));
    }
}
