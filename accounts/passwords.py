"""What a password may not be, in words that say what to do instead."""

from django.contrib.auth import password_validation as django
from django.utils.translation import gettext as _


class NotAboutYou(django.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("That is too much like your %(verbose_name)s. Choose something else.")


class LongEnough(django.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("That is too short. Make it %d characters or more.") % self.min_length


class NotCommon(django.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("That is a password that many people use. Choose one that nobody would guess.")


class NotOnlyDigits(django.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return _("Digits alone are easy to guess. Add letters or words.")
