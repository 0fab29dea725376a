"""Questions that are asked at the same time are answered together, and nobody waits for ever."""

import asyncio

import pytest

from core.gathering import MAX_TOGETHER, Gathering


class Library:
    """Answers questions with the number of the batch in which they were asked, once it is open."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.is_open = asyncio.Event()
        self.error: Exception | None = None

    async def answer(self, questions):
        self.asked.append(list(questions))
        number = len(self.asked)
        await self.is_open.wait()
        if self.error is not None:
            raise self.error
        return [(question, number) for question in questions]


async def ask_all(gathering, questions):
    """Ask in this order; return a task for each answer, once each question was asked."""
    tasks = [asyncio.create_task(gathering.ask(each)) for each in questions]
    await asyncio.sleep(0)  # each task runs until it waits for its answer
    await asyncio.sleep(0)  # the first batch is passed on
    return tasks


async def test_questions_that_wait_are_answered_together():
    library = Library()
    gathering = Gathering(library.answer)
    first = await ask_all(gathering, [1])
    later = await ask_all(gathering, [2, 3])
    library.is_open.set()
    assert await asyncio.gather(*first, *later) == [(1, 1), (2, 2), (3, 2)]
    assert library.asked == [[1], [2, 3]]


async def test_a_question_that_arrives_while_another_is_answered_gets_a_later_answer():
    """So the answer never comes from data that was read before the question."""
    library = Library()
    gathering = Gathering(library.answer)
    (first,) = await ask_all(gathering, [1])
    (second,) = await ask_all(gathering, [1])
    library.is_open.set()
    assert [await first, await second] == [(1, 1), (1, 2)]


async def test_the_number_of_questions_asked_together_is_limited():
    library = Library()
    library.is_open.set()
    gathering = Gathering(library.answer)
    answers = await asyncio.gather(*map(gathering.ask, range(MAX_TOGETHER + 1)))
    assert [question for question, _ in answers] == list(range(MAX_TOGETHER + 1))
    assert [len(questions) for questions in library.asked] == [MAX_TOGETHER, 1]


async def test_an_exception_reaches_everyone_who_waits_and_later_questions_are_answered():
    library = Library()
    library.error = OSError("The database is away")
    gathering = Gathering(library.answer)
    first, waiting = await ask_all(gathering, [1]), await ask_all(gathering, [2])
    library.is_open.set()
    for task in (*first, *waiting):
        with pytest.raises(OSError, match="away"):
            await task
    library.error = None
    assert await gathering.ask(3) == (3, 2)


async def test_a_question_whose_asker_is_gone_does_not_disturb_the_others():
    library = Library()
    gathering = Gathering(library.answer)
    gone, staying = await ask_all(gathering, [1, 2])
    gone.cancel()
    library.is_open.set()
    assert await staying == (2, 1)
    assert gone.cancelled() or gone.cancelling()
