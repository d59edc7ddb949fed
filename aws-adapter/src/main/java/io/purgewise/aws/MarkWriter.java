package io.purgewise.aws;

import io.purgewise.cache.WriteReport;
import io.purgewise.cache.WriteReport.Outcome;
import io.purgewise.cache.WriteReport.Result;
import io.purgewise.cdn.Ambient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;

/**
 * Drives the marks of one write to their end: batches of 25, many at a time, fewer when the table is throttled.
 *
 * <p>The number of calls in flight starts at 8 and grows by one with every clean answer. An answer that refuses some marks
 * sends those to the end of the queue. One that refuses half of them or more halves the number of calls and is followed by a
 * pause, which doubles from 25 ms to 6.4 s as long as nothing gets through; calls sent before that pause do not count again.
 * After 12 such pauses in a row the rest fails. An instance serves one write and is not thread-safe; only the calls run
 * elsewhere.
 */
final class MarkWriter {

    /** DynamoDB's limit of statements in a call. */
    private static final int BATCH = 25;

    private static final int FIRST_CALLS = 8;
    private static final int MAX_PAUSES = 12;

    /** How often a mark may find that another writer was faster. */
    private static final int MAX_TRIES = 50;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final int MAX_DOUBLINGS = 8;

    /** Is what a call made of its marks: some came to an end, others have to be tried again. */
    record Answer(List<Result> ended, List<MarkStatement> again, String throttled) {}

    /** Is a call under way. */
    private record Sent(List<MarkStatement> batch, Answer answer, int round) {}

    /** Makes one call; never throws for what DynamoDB answers. */
    interface Call {
        Answer make(List<MarkStatement> batch);
    }

    private final Call call;
    private final Executor executor;
    private final Ambient.Pause pause;
    private final int maxCalls;
    private final Deque<MarkStatement> ready;
    private final BlockingQueue<Sent> answers = new LinkedBlockingQueue<>();
    private final List<Result> results = new ArrayList<>();
    private final Set<List<MarkStatement>> inFlight = Collections.newSetFromMap(new IdentityHashMap<>());
    private int limit;
    private int pauses;
    private int round;
    private String refusal = "";

    MarkWriter(Call call, Executor executor, Ambient.Pause pause, int maxCalls, Collection<MarkStatement> marks) {
        this.call = call;
        this.executor = executor;
        this.pause = pause;
        this.maxCalls = maxCalls;
        this.limit = Math.min(FIRST_CALLS, maxCalls);
        this.ready = new ArrayDeque<>(marks);
    }

    WriteReport write() {
        try {
            while (!inFlight.isEmpty() || !ready.isEmpty()) {
                while (inFlight.size() < limit && !ready.isEmpty()) {
                    send();
                }
                Sent sent = answers.take();
                inFlight.remove(sent.batch());
                take(sent);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            giveUp();
        }
        return new WriteReport(results);
    }

    private void send() {
        List<MarkStatement> batch = new ArrayList<>(BATCH);
        while (batch.size() < BATCH && !ready.isEmpty()) {
            MarkStatement mark = ready.removeFirst();
            mark.tried();
            batch.add(mark);
        }
        inFlight.add(batch);
        int sentIn = round;
        Runnable task = () -> answers.add(new Sent(batch, answer(batch), sentIn));
        try {
            executor.execute(task);
        } catch (RejectedExecutionException full) {
            // A full executor slows the write down; it loses nothing.
            task.run();
        }
    }

    private Answer answer(List<MarkStatement> batch) {
        try {
            return call.make(batch);
        } catch (RuntimeException e) {
            return new Answer(
                    batch.stream()
                            .map(mark -> new Result(mark.mark(), Outcome.FAILED, e.toString()))
                            .toList(),
                    List.of(),
                    "");
        }
    }

    private void take(Sent sent) throws InterruptedException {
        Answer answer = sent.answer();
        results.addAll(answer.ended());
        for (MarkStatement mark : answer.again()) {
            if (mark.tries() < MAX_TRIES || !answer.throttled().isEmpty()) {
                ready.addLast(mark);
            } else {
                results.add(new Result(
                        mark.mark(), Outcome.FAILED, "tried " + mark.tries() + " times, other writers were faster"));
            }
        }
        if (!answer.ended().isEmpty()) {
            pauses = 0;
        }
        if (answer.throttled().isEmpty()) {
            limit = Math.min(maxCalls, limit + 1);
            return;
        }
        refusal = answer.throttled();
        boolean mostly = 2 * answer.again().size() >= sent.batch().size();
        boolean last = ready.size() <= answer.again().size();
        if (sent.round() == round && (mostly || last)) {
            limit = mostly ? Math.max(1, limit / 2) : limit;
            round++;
            if (pauses == MAX_PAUSES) {
                fail("refused after " + MAX_PAUSES + " pauses, at last: " + refusal);
                return;
            }
            pause.waitFor(FIRST_PAUSE.multipliedBy(1L << Math.min(pauses, MAX_DOUBLINGS)));
            pauses++;
        }
    }

    private void fail(String reason) {
        ready.forEach(mark -> results.add(new Result(mark.mark(), Outcome.FAILED, reason)));
        ready.clear();
    }

    /** Waits no longer for marks; those in flight may yet be written. */
    private void giveUp() {
        fail("interrupted before it was sent");
        for (List<MarkStatement> batch : inFlight) {
            batch.forEach(mark -> results.add(
                    new Result(mark.mark(), Outcome.FAILED, "interrupted before it was answered; it may be written")));
        }
    }
}
