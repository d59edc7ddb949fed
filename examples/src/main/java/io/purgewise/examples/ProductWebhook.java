package io.purgewise.examples;

import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Page;
import java.util.List;

/** Hears from a shop that a product changed; {@code ProductWebhookTest} shows how such code is tested with the testkit. */
public final class ProductWebhook {

    private final Revalidator revalidator;

    /**
     * Creates the webhook.
     *
     * @param revalidator makes changes visible
     */
    public ProductWebhook(Revalidator revalidator) {
        this.revalidator = revalidator;
    }

    /**
     * Makes a product visible wherever it is shown.
     *
     * @param product its number
     * @return what was done, for a log
     * @throws InterruptedException if the thread is told to stop
     * @throws io.purgewise.revalidate.IncompleteRevalidationException if a reader may still see the old product
     */
    public String onChange(int product) throws InterruptedException {
        Receipt receipt = revalidator
                .revalidate(List.of(Change.tag("product-" + product)))
                .orThrow();
        return "product " + product + " is cleared at "
                + receipt.changes().get(0).pages().stream()
                        .map(Page::path)
                        .sorted()
                        .toList();
    }
}
