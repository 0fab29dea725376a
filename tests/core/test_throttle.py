"""A throttled call may fail; the next request makes the call again."""

from functools import partial

from core.throttle import Throttle


async def test_a_failed_call_is_logged_and_the_next_one_succeeds(caplog):
    sent = []

    async def send(message):
        sent.append(message)
        if len(sent) == 1:
            raise OSError("Redis is away")

    throttle = Throttle(0.001, partial(send, "news"))  # a partial has no name to log
    for _ in range(2):
        throttle.request()
        await throttle.due
    assert sent == ["news", "news"]
    assert "throttled_work_failed" in caplog.text
