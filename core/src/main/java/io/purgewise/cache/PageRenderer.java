package io.purgewise.cache;

import io.purgewise.site.Page;
import java.util.Collection;
import java.util.List;

/** Makes the running site render pages anew, before visitors ask for them. Implementations are thread-safe. */
public interface PageRenderer {

    /**
     * Renders pages anew and waits until each is stored.
     *
     * <p>Marks come first, and the next whole second: an entry stored within the second of its mark is still judged older.
     *
     * @param pages the pages
     * @return what became of each page, in their order; a failure does not stop the others
     */
    List<Rendering> render(Collection<Page> pages);
}
