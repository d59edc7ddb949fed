package io.purgewise.aws;

import io.purgewise.PurgewiseException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Makes the same call for many things, a bounded number of them at a time.
 *
 * @param executor where calls run; on the caller's thread they run one after the other
 * @param atATime how many are under way at the most
 */
record Fanout(Executor executor, int atATime) {

    /** Runs one call after the other on the caller's thread. */
    static final Fanout NONE = new Fanout(Runnable::run, 1);

    Fanout {
        if (atATime < 1) {
            throw new IllegalArgumentException("calls at a time must be at least 1, but were " + atATime);
        }
    }

    /**
     * Makes a call for each thing; the first failure ends it, and what is under way then comes to its end by itself.
     *
     * @param things what to call with, each once
     * @param call the call
     * @return the answers, in the order of the things
     */
    <T, R> Map<T, R> each(Collection<T> things, Function<T, R> call) {
        Map<T, CompletableFuture<R>> calls = new LinkedHashMap<>();
        Deque<CompletableFuture<R>> underWay = new ArrayDeque<>();
        Map<T, R> answers = new LinkedHashMap<>();
        try {
            for (T thing : new LinkedHashSet<>(things)) {
                if (underWay.size() == atATime) {
                    underWay.removeFirst().join();
                }
                CompletableFuture<R> answer = new CompletableFuture<>();
                Runnable task = () -> answer.completeAsync(() -> call.apply(thing), Runnable::run);
                try {
                    executor.execute(task);
                } catch (RejectedExecutionException full) {
                    // A full executor slows the calls down; it loses none.
                    task.run();
                }
                underWay.addLast(answer);
                calls.put(thing, answer);
            }
            calls.forEach((thing, answer) -> answers.put(thing, answer.join()));
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof PurgewiseException told) {
                throw told;
            }
            throw failure;
        }
        return answers;
    }
}
