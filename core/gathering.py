"""Answer questions that are asked at the same time together, e.g. with one query.

When many pages open at once, each would otherwise need a thread, a connection to the database and
queries of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

MAX_TOGETHER = 64  # questions


class Gathering(Generic[Question, Answer]):
    """Passes questions to `answer`, which returns their answers in the same order.

    A question is passed on at once, unless `answer` is still busy; then it waits, and is passed on
    together with all others that wait. So an answer never comes from data that was read before the
    question was asked.

    If `answer` raises an exception, all questions that it was asked raise it, and so do those that
    wait, because otherwise they would wait again for a database that hangs.
    """

    def __init__(self, answer: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]]) -> None:
        self._answer = answer
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._answering: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Answer:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._answering is None:
            self._answering = asyncio.ensure_future(self._answer_all())
        return await future

    async def _answer_all(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting[:MAX_TOGETHER], self._waiting[MAX_TOGETHER:]
                await self._answer_together(asked)
        finally:
            self._answering = None

    async def _answer_together(
        self, asked: list[tuple[Question, "asyncio.Future[Answer]"]]
    ) -> None:
        try:
            answers = await self._answer([question for question, _ in asked])
        except Exception as error:
            asked, self._waiting = [*asked, *self._waiting], []
            for _, future in asked:
                if not future.done():  # otherwise nobody waits for the answer any more
                    future.set_exception(error)
        else:
            for (_, future), answer in zip(asked, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
