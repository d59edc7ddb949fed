package io.purgewise.cdn;

/**
 * Is a batch and where it goes.
 *
 * @param distribution the distribution
 * @param batch the batch, its caller reference fixed
 */
public record DistributionBatch(DistributionId distribution, InvalidationBatch batch) {}
