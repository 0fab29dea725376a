"""What is throttled may fail; whoever asks next is heard."""

from functools import partial

from core.throttle import Throttle


async def test_a_failure_is_logged_whatever_failed_and_the_next_news_goes_out(caplog):
    told = []

    async def tell(news):
        told.append(news)
        if len(told) == 1:
            raise OSError("Redis is away")

    throttle = Throttle(0.001, partial(tell, "news"))  # a partial has no name to log
    for _ in range(2):
        throttle.ask()
        await throttle.due
    assert told == ["news", "news"]
    assert "announcement_lost" in caplog.text
