package io.purgewise.testkit;

import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxEntry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ways in which an outbox may be wrong, each of them around one that is right. */
enum OutboxMutant {
    /** Is right: the contract must not find anything. */
    NONE,
    READS_THE_NEWEST_FIRST {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            Object answer = world.call(method, args);
            if (answer instanceof Outbox.Contents contents) {
                List<OutboxEntry> entries = new ArrayList<>(contents.entries());
                Collections.reverse(entries);
                return new Outbox.Contents(entries, contents.unreadable(), contents.more());
            }
            return answer;
        }
    },
    HAS_ONE_QUEUE_FOR_ALL_LANES {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            if (method.equals("remove")) {
                for (DistributionId lane : world.lanes) {
                    world.outbox.release(world.newest(lane));
                    Outbox.Lease lease = world.outbox.acquire(lane, "mutant").orElseThrow();
                    world.call(method, new Object[] {lease, args[1], List.of()});
                }
                return null;
            }
            return world.call(method, args);
        }
    },
    FORGETS_WHICH_KEYS_IT_HAS_SEEN {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            if (method.equals("append")) {
                for (OutboxEntry entry : OutboxMutant.<OutboxEntry>list(args[0])) {
                    OutboxEntry fresh = new OutboxEntry(
                            new OutboxEntry.Key(entry.key() + "." + world.count++), entry.change(), entry.acceptedAt());
                    world.call(method, new Object[] {List.of(fresh), args[1]});
                }
                return Set.copyOf(OutboxMutant.<OutboxEntry>list(args[0]).stream()
                        .map(OutboxEntry::key)
                        .toList());
            }
            return world.call(method, args);
        }
    },
    TELLS_NO_KEY {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            return method.equals("find") ? Map.of() : world.call(method, args);
        }
    },
    APPENDS_NO_MORE_THAN_A_HUNDRED {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            if (method.equals("append")) {
                List<OutboxEntry> entries = list(args[0]);
                return world.call(method, new Object[] {entries.subList(0, Math.min(100, entries.size())), args[1]});
            }
            return world.call(method, args);
        }
    },
    LOSES_LARGE_CHANGES {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            if (method.equals("append")) {
                List<OutboxEntry> small = OutboxMutant.<OutboxEntry>list(args[0]).stream()
                        .filter(entry -> entry.change().toString().length() < 500)
                        .toList();
                return world.call(method, new Object[] {small, args[1]});
            }
            return world.call(method, args);
        }
    },
    KNOWS_ONE_END_OF_A_LANE {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            Object answer = world.call(method, args);
            return answer instanceof Optional<?> some && some.orElse(null) instanceof Outbox.Waiting waiting
                    ? Optional.of(new Outbox.Waiting(waiting.oldest(), waiting.oldest(), waiting.oldestAcceptedAt()))
                    : answer;
        }
    },
    LEASES_A_LANE_TO_WHOEVER_ASKS {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            if (method.equals("acquire") && world.newest.containsKey(args[0])) {
                world.outbox.release(world.newest((DistributionId) args[0]));
            }
            return world.call(method, args);
        }
    },
    TAKES_NO_SIGN_OF_LIFE {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            return method.equals("renew") ? null : world.call(method, args);
        }
    },
    FENCES_NOBODY_OFF {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            Object[] newest = args.clone();
            for (int i = 0; i < args.length; i++) {
                newest[i] = args[i] instanceof Outbox.Lease lease ? world.newest(lease.lane()) : args[i];
            }
            return world.call(method, newest);
        }
    },
    TAKES_OVER_AFTER_THE_SAME_TIME_FOR_EVER {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            if (method.equals("acquire") && world.newest.containsKey(args[0])) {
                if (world.sinceTaken().compareTo(world.outbox.leaseDuration()) >= 0) {
                    world.outbox.release(world.newest((DistributionId) args[0]));
                }
            }
            return world.call(method, args);
        }
    },
    WAITS_FOR_A_CLOCK_THAT_WAS_SET_BACK {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            Instant now = world.clock.instant();
            if (method.equals("acquire") && now.isBefore(world.latest)) {
                return Optional.empty();
            }
            world.latest = now;
            return world.call(method, args);
        }
    },
    FORGETS_AN_OPEN_DRAIN {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            return method.equals("openDrain") && world.call(method, args) != null
                    ? Optional.empty()
                    : world.call(method, args);
        }
    },
    FORGETS_WHAT_WAS_ACCEPTED {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            return method.equals("accepted") ? null : world.call(method, args);
        }
    },
    WRITES_NO_MORE_THAN_THREE_BATCHES_DOWN {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            if (method.equals("open")) {
                Outbox.Drain whole = (Outbox.Drain) args[1];
                Outbox.Drain cut = new Outbox.Drain(
                        whole.id(),
                        whole.lane(),
                        whole.writtenAt(),
                        whole.entries(),
                        whole.batches().subList(0, Math.min(3, whole.batches().size())));
                return world.call(method, new Object[] {args[0], cut});
            }
            return world.call(method, args);
        }
    },
    OPENS_A_SECOND_DRAIN_IN_PLACE_OF_THE_FIRST {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            if (method.equals("open")) {
                Outbox.Lease lease = (Outbox.Lease) args[0];
                world.outbox.openDrain(lease).ifPresent(open -> world.outbox.close(lease, open.drain(), List.of()));
            }
            return world.call(method, args);
        }
    },
    CLOSES_WHAT_CAME_LATER_TOO {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            Object answer = world.call(method, args);
            if (method.equals("close")) {
                Outbox.Lease lease = (Outbox.Lease) args[0];
                world.outbox.remove(lease, world.outbox.read(lease, 10_000).entries(), List.of());
            }
            return answer;
        }
    },
    KEEPS_EACH_DEAD_LETTER_FOR_EVER {
        @Override
        @Nullable
        Object call(World world, String method, Object[] args) throws Throwable {
            return method.equals("removeDeadLetter") ? null : world.call(method, args);
        }
    };

    /** Passes a call on, or does it wrongly. */
    @Nullable
    Object call(World world, String method, Object[] args) throws Throwable {
        return world.call(method, args);
    }

    /** Returns an outbox that is wrong in this way. */
    Outbox around(Outbox right, ManualClock clock) {
        World world = new World(right, clock);
        return (Outbox) Proxy.newProxyInstance(
                Outbox.class.getClassLoader(),
                new Class<?>[] {Outbox.class},
                (proxy, method, args) ->
                        call(world, method.getName(), Objects.requireNonNullElse(args, new Object[0])));
    }

    @SuppressWarnings("unchecked") // the port says so
    private static <T> List<T> list(Object collection) {
        return List.copyOf((Collection<T>) collection);
    }

    /** The outbox that is right, and what a mutant remembers. */
    static final class World {

        final Outbox outbox;
        final ManualClock clock;
        final Map<DistributionId, Outbox.Lease> newest = new HashMap<>();
        final Set<DistributionId> lanes = new LinkedHashSet<>();
        Instant latest;
        int count;
        private Instant taken;

        World(Outbox outbox, ManualClock clock) {
            this.outbox = outbox;
            this.clock = clock;
            this.latest = clock.instant();
            this.taken = latest;
        }

        Outbox.Lease newest(DistributionId lane) {
            return newest.getOrDefault(lane, new Outbox.Lease(lane, "nobody", 0));
        }

        Duration sinceTaken() {
            return Duration.between(taken, clock.instant());
        }

        @Nullable
        Object call(String method, Object[] args) throws Throwable {
            try {
                Object answer = Arrays.stream(Outbox.class.getMethods())
                        .filter(each -> each.getName().equals(method) && each.getParameterCount() == args.length)
                        .filter(each -> !Modifier.isStatic(each.getModifiers()))
                        .findFirst()
                        .orElseThrow()
                        .invoke(outbox, args);
                remember(method, args, answer);
                return answer;
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        }

        private void remember(String method, Object[] args, @Nullable Object answer) {
            if (method.equals("append")) {
                lanes.addAll(OutboxMutant.<DistributionId>list(args[1]));
            }
            if (answer instanceof Optional<?> some && some.orElse(null) instanceof Outbox.Lease lease) {
                newest.put(lease.lane(), lease);
                taken = clock.instant();
            }
        }
    }
}
