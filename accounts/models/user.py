from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.handles import validate_shape
from accounts.initials import initials_of, palette_of
from core import person_keys
from core.paths import path_of
from core.prepared_queries import CurrentTime

EMAIL_LENGTH = 254


def in_good_standing(path: str = "") -> Q:
    """Match people whose account is neither closed nor suspended.

    `path` is the lookup to the person, e.g. "author__" for posts.
    """
    not_suspended = Q(**{f"{path}suspended_until": None})
    not_suspended |= Q(**{f"{path}suspended_until__lte": CurrentTime()})
    return Q(**{f"{path}is_active": True}) & not_suspended


class UserQuerySet(QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def suspended(self) -> "UserQuerySet":
        return self.filter(suspended_until__gt=CurrentTime())

    def closed_or_suspended(self) -> "UserQuerySet":
        return self.suspended() | self.filter(is_active=False)

    def with_handle(self, handle: str) -> "UserQuerySet":
        return self.filter(handle__iexact=handle)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def suspended(self) -> UserQuerySet:
        return self.get_queryset().suspended()

    def closed_or_suspended(self) -> UserQuerySet:
        return self.get_queryset().closed_or_suspended()

    def with_handle(self, handle: str) -> UserQuerySet:
        return self.get_queryset().with_handle(handle)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(handle__iexact=username)

    def create_user(
        self, handle: str, email: str = "", password: str | None = None, **fields: object
    ) -> "User":
        user = self.model(handle=handle, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, handle: str, email: str = "", password: str | None = None, **fields: object
    ) -> "User":
        return self.create_user(
            handle, email, password, **{"is_staff": True, "is_superuser": True, **fields}
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Templates that show a person accept a User or an `accounts.person_json.Person`."""

    handle = models.CharField(
        _("handle"),
        max_length=15,
        unique=True,
        validators=[validate_shape],
        help_text=_("3 to 15 letters, digits or underscores."),
    )
    # Not unique, because it may be unverified: if it were unique, a stranger could sign up with
    # someone's address, and its owner could not. allauth's EmailAddress keeps verified ones unique.
    email = models.EmailField(_("e-mail"), max_length=EMAIL_LENGTH, blank=True, db_index=True)
    name = models.CharField(_("name"), max_length=50, blank=True)
    bio = models.CharField(_("bio"), max_length=160, blank=True)
    picture = models.ImageField(_("picture"), upload_to="avatars/", blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    # Only `accounts.follow` changes the counts, in the transaction that changes the counted rows.
    # The database checks positive fields, so a count below zero cannot be saved.
    follower_count = models.PositiveIntegerField(_("followers"), default=0)
    following_count = models.PositiveIntegerField(_("following"), default=0)

    # A copy of the end of the current suspension, which saves a query. Only `safety.suspension`
    # changes it, together with the Suspension.
    suspended_until = models.DateTimeField(_("suspended until"), null=True, blank=True)

    # If the person requested deletion, the account is closed (not active) until `deletes_at`; then
    # its personal data is erased. See `accounts.deletion`; reopening by staff clears `deletes_at`.
    deletes_at = models.DateTimeField(_("will be deleted"), null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    # If staff closed the account, its owner can't reopen it. See `accounts.closing` and the admin.
    closed_by_staff_at = models.DateTimeField(
        _("closed by staff"), null=True, blank=True, editable=False
    )

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("handle"),
                name="handle_unique_in_any_case",
                violation_error_message=_("That handle is taken. Try another one."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["deletes_at"],
                condition=Q(deletes_at__isnull=False),
                name="accounts_to_delete",
            ),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        self.name = self.name or self.handle
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return path_of("accounts:profile", self.handle)

    @property
    def key(self) -> str:
        """The person key; see docs/protocol.md, "Keys"."""
        return person_keys.of_account(self.pk)

    @property
    def is_suspended(self) -> bool:
        """Return whether the person is suspended, by the value that was loaded. Long-running code
        must call `safety.suspension.is_suspended`, which reads the database."""
        return self.suspended_until is not None and self.suspended_until > timezone.now()

    @property
    def initials(self) -> str:
        return initials_of(self.name) or initials_of(self.handle)

    @property
    def palette(self) -> int:
        return palette_of(self.handle)

    @property
    def avatar(self) -> str:
        """The URL of the picture, or "" if pages show initials instead."""
        return self.picture.url if self.picture else ""
