"""The page where a host sets up payouts, and the redirects to Stripe's form and back."""

import structlog
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.viewer import signed_in
from billing import countries, page_data
from billing.actions import onboarding
from billing.forms import CountryForm
from billing.models import HostAccount
from billing.stripe.client import StripeRefused, StripeUnavailable, is_configured
from core import rates, responses
from core.refusals import Refusal

log = structlog.get_logger(__name__)

READING = "20/minute"  # of the account at Stripe
ONBOARDING = "10/hour"
NOT_ANSWERING = "Stripe does not answer. Try again in a moment."
REFUSED = "Stripe refused to open its form. Contact the people who run this site."
COUNTRY_REFUSED = (
    "Stripe refused to open an account in {country}, so your country is not stored. If your bank "
    "account is in another country, choose that one. Otherwise, contact the people who run this "
    "site."
)


@require_GET
@login_required
def payouts(request: HttpRequest) -> HttpResponse:
    """Show whether Stripe can pay this host. The account is read again, so that the page is right
    when the host comes back from Stripe."""
    host = signed_in(request)
    account = HostAccount.objects.filter(host=host).first()
    problem = _read_again(host, account) if account else ""
    return _page(request, account, CountryForm(), problem)


@require_POST
@login_required
def onboard(request: HttpRequest) -> HttpResponse:
    """Take the host to Stripe's form."""
    host = signed_in(request)
    account = HostAccount.objects.filter(host=host).first()
    form = CountryForm(request.POST if account is None else {"country": account.country})
    if not is_configured() or not form.is_valid():
        return _page(request, account, form, "", status=400)
    return _go_to_stripe(request, host, account, form)


@require_GET
@login_required
def onboard_again(request: HttpRequest) -> HttpResponse:
    """Take a host to the form by a new link. Stripe sends hosts here if their link was already used
    or is too old."""
    host = signed_in(request)
    account = HostAccount.objects.filter(host=host).first()
    if account is None or not is_configured():
        return redirect("billing:payouts")
    form = CountryForm({"country": account.country})
    form.is_valid()
    return _go_to_stripe(request, host, account, form)


def _go_to_stripe(
    request: HttpRequest, host: User, account: HostAccount | None, form: CountryForm
) -> HttpResponse:
    country = account.country if account else form.cleaned_data["country"]
    try:
        rates.spend(ONBOARDING, "onboard", host.key)
        return redirect(onboarding.start(host, country))
    except onboarding.CountryRefused as error:
        log.error("country_refused", country=country, error=str(error))
        problem = COUNTRY_REFUSED.format(country=countries.name_of(country))
        status = 422
    except StripeUnavailable as error:
        log.warning("onboarding_failed", error=str(error))
        problem, status = NOT_ANSWERING, 503
    except StripeRefused as error:
        log.error("onboarding_refused", code=error.code, error=str(error))
        problem, status = REFUSED, 422
    except Refusal as refusal:
        return responses.refuse(request, refusal, to="billing:payouts")
    account = HostAccount.objects.filter(host=host).first()  # it may just have been opened
    return _page(request, account, form, problem, status=status)


def _read_again(host: User, account: HostAccount) -> str:
    """Read the account at Stripe; return what went wrong, in words, or ""."""
    try:
        rates.spend(READING, "payouts", host.key)
        onboarding.refresh(account)
    except rates.TooFast:
        return ""
    except StripeUnavailable as error:
        log.warning("account_not_read", error=str(error))
        return "Stripe does not answer, so this may be out of date."
    except StripeRefused as error:
        log.error("account_refused", code=error.code, error=str(error))
        return "Stripe does not know your account any more. Contact the people who run this site."
    return ""


def _page(
    request: HttpRequest,
    account: HostAccount | None,
    form: CountryForm,
    problem: str,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "account": account,
        "country": countries.name_of(account.country) if account else "",
        "missing": page_data.missing_in_words(account.missing) if account else [],
        "refused": page_data.refused_transfers(signed_in(request)),
        "form": form,
        "problem": problem,
        "can_sell": is_configured(),
    }
    return render(request, "billing/payouts.html", context, status=status)
