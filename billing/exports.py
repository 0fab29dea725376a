"""A host's list of attendees as CSV, for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator

from billing.currencies import CURRENCIES
from billing.models import Ticket

HEADER = (
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


def lines(tickets: Iterable[Ticket]) -> Iterator[str]:
    """Yield the lines of the file, beginning with the header; there is no e-mail address in it."""
    yield _line(HEADER)
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


def guarded(cell: str) -> str:
    """Return the text of a cell, which spreadsheets then show and don't run."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([guarded(cell) for cell in cells])
    return text.getvalue()
