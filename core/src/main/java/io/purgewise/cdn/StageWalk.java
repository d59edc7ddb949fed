package io.purgewise.cdn;

import io.purgewise.internal.Listeners;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks a stage, and tells listeners of its begin and its end, the last one first, so that what they open is closed in order.
 *
 * @param submitter whose listeners are told
 * @param stage what is walked
 * @param distribution where; null for a stage before the CDN
 */
record StageWalk(
        InvalidationSubmitter submitter,
        CdnListener.Stage stage,
        @Nullable DistributionId distribution) {

    <T extends @Nullable Object, E extends Exception> T through(Clearing.Work<T, E> work) throws E {
        List<CdnListener.StageEnd> ends = new ArrayList<>();
        submitter.tell(listener -> ends.add(0, listener.began(stage, distribution)));
        Listeners<CdnListener.StageEnd> told = new Listeners<>(ends);
        T done;
        try {
            done = work.done();
        } catch (Exception | Error failure) {
            told.tell(end -> end.ended(failure));
            throw failure;
        }
        told.tell(end -> end.ended(null));
        return done;
    }
}
