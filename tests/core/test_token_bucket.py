from core.token_bucket import TokenBucket


def test_a_bucket_allows_its_burst_and_then_its_rate():
    bucket = TokenBucket(rate=10, burst=3)
    assert [bucket.spend(1.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.spend(1.1)
    assert not bucket.spend(1.1)


def test_a_bucket_without_a_rate_is_never_refilled():
    bucket = TokenBucket(rate=0, burst=3)
    assert [bucket.spend(float(now)) for now in range(1, 6)] == [True, True, True, False, False]


def test_a_bucket_is_refilled_up_to_its_burst():
    bucket = TokenBucket(rate=1, burst=3)
    assert bucket.is_full(1.0)
    bucket.spend(1.0, 2)
    assert (bucket.is_full(2.9), bucket.is_full(3.0)) == (False, True)
    assert [bucket.spend(100.0) for _ in range(4)] == [True, True, True, False]
