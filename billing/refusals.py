"""Refusals when people sell or buy tickets."""

from core.refusals import Refusal


class NotOnSale(Refusal):
    def __init__(self, message: str = "Tickets for this Space are not on sale.") -> None:
        super().__init__("not_on_sale", message)


class SoldOut(Refusal):
    def __init__(self, left: int) -> None:
        message = (
            "All tickets are sold or held."
            if not left
            else f"Only {left} left. Choose fewer tickets."
        )
        super().__init__("sold_out", message)
        self.left = left


class PriceChanged(Refusal):
    def __init__(self) -> None:
        super().__init__("price_changed", "The price has changed. Check it before you pay.")


UNKNOWN_CODE = "There is no such code. Check how it is spelled."


class CodeRefused(Refusal):
    """A discount code is refused; `code` and `message` give the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


class SeatsStillHeld(Refusal):
    """Stripe has not confirmed that the payment page is closed, so the buyer could still pay."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "seats_still_held",
            "We could not close the payment page, so your seats stay held. Try again in a moment.",
        )


class CheckoutUnavailable(Refusal):
    """Stripe does not answer. The seats stay held, so that the buyer can try again."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "checkout_unavailable",
            "The payment page does not answer. Your seats are held: try again in a moment.",
        )
