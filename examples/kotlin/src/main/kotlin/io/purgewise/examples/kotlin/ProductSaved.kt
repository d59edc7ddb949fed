package io.purgewise.examples.kotlin

import io.purgewise.aws.PurgewiseAws
import io.purgewise.revalidate.Change
import io.purgewise.revalidate.Receipt
import io.purgewise.revalidate.Revalidator
import java.time.Duration

/** Makes a product's pages fresh when the product was saved. */
class ProductSaved(private val revalidator: Revalidator) {

    fun saved(id: Long): Receipt = revalidator.revalidate(Change.tag("product-$id")).orThrow()
}

fun main() {
    PurgewiseAws.fromEnvironment().use { purgewise ->
        val cleared = ProductSaved(purgewise.revalidator()).saved(7).await(Duration.ofMinutes(1))
        println(if (cleared) "cleared" else "CloudFront is still at it")
    }
}
