package io.purgewise.testkit;

import io.purgewise.cdn.Cdn;

/** Holds the fake to the contract of the port that it plays. */
class FakeCloudFrontTest extends CdnContract {

    @Override
    protected Cdn connect(FakeCloudFront account) {
        return account;
    }
}
