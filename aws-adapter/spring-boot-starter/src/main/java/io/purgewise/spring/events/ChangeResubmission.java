package io.purgewise.spring.events;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.modulith.events.EventPublication;
import org.springframework.modulith.events.EventPublication.Status;
import org.springframework.modulith.events.IncompleteEventPublications;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.modulith.events.core.TargetEventPublication;

/**
 * Delivers changes again that were published and are not in the outbox: when the service starts, and then on a schedule. It touches
 * no event but changes. A change that is under way elsewhere may be delivered twice: its key sees to it that it is carried
 * through once.
 */
final class ChangeResubmission implements SmartLifecycle {

    private static final Logger LOG = System.getLogger(ChangeResubmission.class.getName());

    private final IncompleteEventPublications publications;
    private final EventPublicationRepository repository;
    private final Duration interval;
    private final InstantSource clock;
    private @Nullable ScheduledExecutorService schedule;

    ChangeResubmission(
            IncompleteEventPublications publications,
            EventPublicationRepository repository,
            Duration interval,
            InstantSource clock) {
        this.publications = publications;
        this.repository = repository;
        this.interval = interval;
        this.clock = clock;
    }

    /** Delivers what has waited for the interval at least, so that what is under way right now is left in peace. */
    void resubmit() {
        Instant before = clock.instant().minus(interval);
        // A process that died while it delivered again leaves this state, in which the registry delivers no more.
        repository.findByStatus(Status.RESUBMITTED).stream()
                .filter(ChangeResubmission::isChange)
                .filter(publication -> isBefore(publication.getLastResubmissionDate(), before))
                .forEach(publication -> repository.markFailed(publication.getIdentifier()));
        publications.resubmitIncompletePublications(publication ->
                isChange(publication) && publication.getPublicationDate().isBefore(before) && isReadable(publication));
    }

    /** One row that cannot be read, such as one of a newer version, would end the delivery of all others each time. */
    private static boolean isReadable(EventPublication publication) {
        try {
            return publication.getEvent() instanceof KeyedChange;
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "the published change " + publication.getIdentifier()
                            + " cannot be read and stays in the registry; an instance of the version that wrote it can",
                    e);
            return false;
        }
    }

    private static boolean isChange(EventPublication publication) {
        return publication instanceof TargetEventPublication target
                && target.getTargetIdentifier().getValue().equals(RegisteredChangeListener.ID);
    }

    private static boolean isBefore(@Nullable Instant date, Instant limit) {
        return date == null || date.isBefore(limit);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // A turn lets no exception out that the future could tell of.
    public synchronized void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "purgewise-resubmission");
            thread.setDaemon(true);
            return thread;
        });
        var unused = started.scheduleWithFixedDelay(this::turn, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        schedule = started;
    }

    /** Survives whatever a turn throws, since an exception would end the schedule in silence. */
    private void turn() {
        try {
            resubmit();
        } catch (Throwable e) {
            LOG.log(Level.WARNING, "changes are not delivered again now; tried anew in " + interval, e);
        }
    }

    @Override
    public synchronized void stop() {
        if (schedule != null) {
            schedule.shutdownNow();
            schedule = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return schedule != null;
    }
}
