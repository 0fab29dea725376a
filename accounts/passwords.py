"""Password validators whose messages say what to do instead, and EndsSessions, which ends sessions
when a password changes."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.models import User


class NotAboutYou(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("That is too much like your %(verbose_name)s. Choose something else.")


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("That is too short. Make it %d characters or more.") % self.min_length


class NotCommon(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("That password is too common. Choose one that nobody would guess.")


class NotOnlyDigits(password_validation.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return _("Digits alone are easy to guess. Add letters or words.")


class EndsSessions:
    """End all sessions of a person whose password was changed, and close their sockets.

    If the person changes the password themselves, the session in which they do so continues,
    because the request saves this session again, under a new key.

    This class checks nothing. It is a validator only because Django calls validators after every
    change of a password: by the person, through a link in an e-mail, by staff or by a command.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        pass

    def get_help_text(self) -> str:
        return _("A new password signs the account out everywhere else.")

    def password_changed(self, password: str, user: User) -> None:
        sessions.end_all(user)
