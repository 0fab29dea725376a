from audio.transport.limits import SourceLimit


def test_each_source_has_its_own_bucket() -> None:
    limit = SourceLimit(rate=1, burst=1, sources=10)

    assert [limit.spend(source, 1.0) for source in "aab"] == [True, False, True]


def test_the_memory_of_sources_is_bounded() -> None:
    limit = SourceLimit(rate=1, burst=1, sources=10)
    for i in range(1000):
        limit.spend(str(i), 1.0)

    assert len(limit) == 10
