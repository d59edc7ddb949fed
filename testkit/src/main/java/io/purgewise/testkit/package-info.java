/**
 * Offers a whole site in memory, fakes, faults, assertions and contracts for testing code that uses Purgewise.
 *
 * <p>Most tests need three things: {@link io.purgewise.testkit.WithSite} (or
 * {@link io.purgewise.testkit.SiteExtension}, or plain {@link io.purgewise.testkit.SiteInMemory}) for a fresh site,
 * {@link io.purgewise.testkit.PurgewiseAssertions} to say what a reader must see and what may be paid, and the faults that the
 * parts of the site offer. Nothing here sleeps, reads the machine's clock or rolls dice without a seed.
 *
 * <p>Whoever writes a port of their own, a {@link io.purgewise.cdn.Cdn} for another CDN say, extends the contracts
 * {@link io.purgewise.testkit.CdnContract}, {@link io.purgewise.testkit.TagCacheContract},
 * {@link io.purgewise.testkit.IncrementalCacheContract} and, with all together,
 * {@link io.purgewise.testkit.OpenNextFaultsContract}.
 *
 * <p><b>What real AWS does differently.</b> CloudFront is hundreds of caches that forget one after another, within seconds
 * that vary and are not promised; here there is one cache, and effect and completion take fixed times. CloudFront evicts
 * objects for space and keeps errors for some seconds; the fake does neither. The order in which AWS checks a request, its
 * bursts, its codes for exceeded rates and how long it remembers caller references are not documented; the fakes take the
 * strictest reading, and {@link io.purgewise.testkit.CallerReferenceMemory} and
 * {@link io.purgewise.testkit.FakeQuotas} offer the others. A DynamoDB index lags by a time that varies, here by a fixed one;
 * DynamoDB throttles hot partitions and refuses items over 400 KB, here only on demand. S3 is strongly consistent, dates
 * objects in whole seconds by its own clock, and machines' clocks differ from it; here all parts share one clock. A running
 * site also keeps fetched data in entries of their own, re-renders by time, and takes a while for it; the fake server has
 * none of that, and its stored entries do not change their date when a page is rendered anew. No fake checks credentials or
 * IAM policies. So tests on the fakes show that code does the right thing with right answers and with the faults named here;
 * they do not show that a deployment's names, modes, policies and cache keys are right: revalidate one page of the real site
 * and look.
 */
@NullMarked
package io.purgewise.testkit;

import org.jspecify.annotations.NullMarked;
