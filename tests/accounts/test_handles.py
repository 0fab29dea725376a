import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.handles import refuse_reserved, validate_shape
from accounts.models import User
from tests.factories import make_user


@pytest.mark.parametrize("handle", ["ana", "Ana_1", "a" * 15, "___"])
def test_a_handle_has_3_to_15_letters_digits_or_underscores(handle):
    assert validate_shape(handle) is None


@pytest.mark.parametrize("handle", ["", "ab", "a" * 16, "a b", "añá", "ana\n", "@ana", "ana-b"])
def test_other_handles_are_refused(handle):
    with pytest.raises(ValidationError):
        validate_shape(handle)


@pytest.mark.parametrize("handle", ["admin", "Everyone", "SETTINGS", "here"])
def test_reserved_words_are_refused_in_any_case(handle):
    with pytest.raises(ValidationError):
        refuse_reserved(handle)


@pytest.mark.django_db
def test_a_handle_keeps_its_case_and_is_found_in_any_case():
    user = make_user("AnaK")
    assert User.objects.with_handle("anak").get() == user
    assert User.objects.get_by_natural_key("ANAK").handle == "AnaK"


@pytest.mark.django_db
def test_the_database_refuses_the_same_handle_in_another_case():
    make_user("ana")
    with pytest.raises(IntegrityError):
        make_user("ANA", email="other@example.org")
