"""A host's list of attendees, and the statement of a Space, as CSV for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

from billing.currencies import CURRENCIES
from billing.models import Ticket
from billing.statement import Line

STATEMENT = ("date", "what", "ticket", "in", "out", "balance", "currency")
ATTENDEES = (
    "ticket",
    "name",
    "handle",
    "state",
    "price",
    "fee",
    "currency",
    "code",
    "bought",
    "entered",
)
# Spreadsheets run a cell that begins with one of these as a formula (OWASP, "CSV injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def attendees(tickets: Iterable[Ticket]) -> Iterator[str]:
    """Yield the lines of the file, beginning with the header; there is no e-mail address in it."""
    yield _line(ATTENDEES)
    for ticket in tickets:
        holder, currency = ticket.holder, CURRENCIES[ticket.currency]
        discount = ticket.reservation.discount if ticket.reservation else None
        yield _line(
            (
                str(ticket.pk),
                holder.name if holder else "",
                holder.handle if holder else "",
                ticket.get_state_display().lower(),
                currency.plain(ticket.price),
                currency.plain(ticket.fee),
                ticket.currency.upper(),
                discount.code if discount else "",
                f"{ticket.created_at:%Y-%m-%d %H:%M} UTC",
                f"{ticket.entered_at:%Y-%m-%d %H:%M} UTC" if ticket.entered_at else "",
            )
        )


def statement(lines: Iterable[Line], currency_code: str) -> Iterator[str]:
    """Yield the lines of the file, beginning with the header. The amounts are exact."""
    currency = CURRENCIES[currency_code]
    yield _line(STATEMENT)
    for line in lines:
        amount = currency.plain(abs(line.change))
        yield _line(
            (
                f"{line.at:%Y-%m-%d %H:%M:%S} UTC",
                line.text,
                line.ticket,
                amount if line.change > 0 else "",
                amount if line.change < 0 else "",
                currency.plain(line.balance),
                currency.code.upper(),
            )
        )


def answer(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """Return the response that downloads a file with these lines."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def guarded(cell: str) -> str:
    """Return the text of a cell so that spreadsheets show it and don't run it as a formula.
    Negative numbers, which are not formulas, stay as they are."""
    is_formula = cell.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([guarded(cell) for cell in cells])
    return text.getvalue()
