"""The rules for handles. A handle is stored as typed and compared case-insensitively."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

DELETED_PREFIX = "deleted_"  # the handles of erased accounts begin with this
SHAPE = r"[A-Za-z0-9_]{3,15}"

# Words that the site's URLs and rooms use, words that stand for a value or for no value in programs
# (e.g. `null`), and words that sound like the site's staff.
RESERVED = frozenset(
    """
    about abuse accounts admin administrator api app authorize billing blog contact email
    everyone explore false healthz help here home host info login logout mail media messages
    moderator news nobody none notifications null official postmaster press privacy root
    search security settings signin signup space spaces staff static status support system
    team terms tickets true undefined webmaster www
    """.split()  # noqa: SIM905  (a list with one word per line would be too long)
)

SHAPE_MESSAGE = _("A handle has 3 to 15 letters, digits or underscores.")
validate_shape = RegexValidator(
    # \Z instead of $, which would allow a trailing newline.
    rf"\A{SHAPE}\Z",
    SHAPE_MESSAGE,
    code="handle_shape",
)


def refuse_reserved(handle: str) -> None:
    """Raise ValidationError for a reserved word. Staff may still choose one in the admin."""
    if handle.lower() in RESERVED or handle.lower().startswith(DELETED_PREFIX):
        raise ValidationError(_("That handle is taken. Try another one."), code="handle_reserved")


SIGN_UP_VALIDATORS = [validate_shape, refuse_reserved]
