package io.purgewise.revalidate;

import io.purgewise.site.Site;

/** Checks that a change can be one of the site at all, without asking any cache. */
record FitCheck(Site site) implements Change.Visitor<Change> {

    @Override
    public Change tag(Change.OfTag change) {
        return change;
    }

    @Override
    public Change path(Change.OfPath change) {
        return change;
    }

    /** {@inheritDoc} A page may name a locale that the site does not have. */
    @Override
    public Change page(Change.OfPage change) {
        site.urlsOf(change.page());
        return change;
    }

    @Override
    public Change route(Change.OfRoute change) {
        return change;
    }

    @Override
    public Change everything(Change.Everything change) {
        return change;
    }
}
