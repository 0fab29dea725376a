from audio.transport.limits import Budget, SourceLimit


def test_a_budget_allows_its_burst_and_then_its_rate() -> None:
    budget = Budget(rate=10, burst=3)

    assert [budget.spend(1.0) for _ in range(4)] == [True, True, True, False]
    assert budget.spend(1.1)
    assert not budget.spend(1.1)


def test_sources_do_not_share_a_budget() -> None:
    limit = SourceLimit(rate=1, burst=1, sources=10)

    assert [limit.spend(source, 1.0) for source in "aab"] == [True, False, True]


def test_the_memory_of_sources_is_bounded() -> None:
    limit = SourceLimit(rate=1, burst=1, sources=10)
    for i in range(1000):
        limit.spend(str(i), 1.0)

    assert len(limit) == 10
