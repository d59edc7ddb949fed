package io.purgewise.aws;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Says what a look at a site's parts found, in plain words.
 *
 * @param findings one for each thing that was looked at, in the order in which they depend on each other
 */
public record Diagnosis(List<Finding> findings) {

    /**
     * Creates a diagnosis from its findings.
     *
     * @param findings one for each thing that was looked at
     */
    public Diagnosis {
        findings = List.copyOf(Objects.requireNonNull(findings, "findings"));
    }

    /** Says how it stands with one thing. */
    public enum Verdict {
        /** It is in place and may be used. */
        WELL,
        /** It is not, or may not be used; the text says what to do. */
        WRONG,
        /** It cannot be looked at without writing something. */
        NOT_TRIED
    }

    /**
     * Is what was found out about one thing.
     *
     * @param subject what was looked at, such as {@code table next-tags}
     * @param verdict how it stands
     * @param text what was found, and what to do where something is wrong
     * @param missingActions the IAM actions to allow, such as {@code dynamodb:Query}; mostly none
     */
    public record Finding(String subject, Verdict verdict, String text, List<String> missingActions) {

        /**
         * Creates a finding from its parts.
         *
         * @param subject what was looked at
         * @param verdict how it stands
         * @param text what was found
         * @param missingActions the IAM actions to allow
         */
        public Finding {
            Objects.requireNonNull(subject, "subject");
            Objects.requireNonNull(verdict, "verdict");
            Objects.requireNonNull(text, "text");
            missingActions = List.copyOf(Objects.requireNonNull(missingActions, "missingActions"));
        }

        /** Returns the finding as a line. */
        @Override
        public String toString() {
            return verdict + "  " + subject + ": " + text;
        }
    }

    /**
     * Tells whether nothing was found wrong.
     *
     * @return whether the site can be revalidated, as far as can be told without writing
     */
    public boolean isWell() {
        return findings.stream().noneMatch(finding -> finding.verdict() == Verdict.WRONG);
    }

    /** Returns a line for each finding. */
    @Override
    public String toString() {
        return findings.stream().map(Finding::toString).collect(Collectors.joining("\n"));
    }
}
