from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.dispatch import receiver

from accounts import addresses


@receiver(email_confirmed)
def settle_address(email_address: EmailAddress, **_: object) -> None:
    addresses.settle(email_address)
