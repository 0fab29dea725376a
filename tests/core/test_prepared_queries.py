from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.follow import follow
from accounts.models import Block, Follow, User
from core.prepared_queries import CurrentTime, NotPreparable, prepared
from tests.factories import make_host, make_space, make_user


@prepared
def follows_of(follower: int, since: datetime, *, newest_first: bool) -> QuerySet[Follow]:
    found = Follow.objects.filter(follower=follower, at__gt=since).select_related("followed")
    return found.order_by("-pk" if newest_first else "pk")


@prepared
def people_called(name: str, reader: int) -> QuerySet[User]:
    blocks = Block.objects.filter(blocker=reader, blocked=OuterRef("pk"))
    people = User.objects.filter(Q(name=name) & ~Exists(blocks)).order_by("pk")
    return people.annotate(number=F("pk") + 1, mine=Q(pk=reader)).prefetch_related("spaces")


@prepared
def handles_after(first: int) -> QuerySet[User, str]:
    return User.objects.filter(pk__gt=first).order_by("pk").values_list("handle", flat=True)


def test_a_prepared_query_returns_what_the_queryset_returns(both_databases):
    ana, ben, cid = (make_user(handle) for handle in ("ana", "ben", "cid"))
    follow(follower=ana, followed=ben)
    follow(follower=ana, followed=cid)
    follow(follower=ben, followed=cid)
    for since in (timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)):
        for person in (ana, ben, cid):
            for newest_first in (True, False):
                expected = Follow.objects.filter(follower=person, at__gt=since)
                expected = expected.order_by("-pk" if newest_first else "pk")
                found = follows_of(person.pk, since, newest_first=newest_first)
                assert found == list(expected)
    assert handles_after(ana.pk) == ["ben", "cid"]
    assert handles_after(cid.pk) == []


def test_related_rows_annotations_and_prefetched_rows_are_there_without_more_queries(
    both_databases, django_assert_num_queries
):
    ana, ben = make_host("ana", name="Same"), make_user("ben", name="Same")
    Block.objects.create(blocker=ben, blocked=ana)
    space = make_space(ana)
    follow(follower=ana, followed=make_user("cid"))
    people_called("Same", ana.pk)
    with django_assert_num_queries(2):
        found = people_called("Same", ana.pk)
        assert [(each, each.number, each.mine) for each in found] == [
            (ana, ana.pk + 1, True),
            (ben, ben.pk + 1, False),
        ]
        assert [list(each.spaces.all()) for each in found] == [[space], []]
    assert people_called("Same", ben.pk) == [ben]
    assert people_called("Other", ben.pk) == []
    with django_assert_num_queries(1):
        (only,) = follows_of(ana.pk, timezone.now() - timedelta(days=1), newest_first=True)
        assert only.followed.handle == "cid"


@pytest.mark.django_db
def test_the_sql_is_composed_once_for_each_variant():
    built = []

    @prepared
    def people(first: int, *, descending: bool) -> QuerySet[User]:
        built.append(descending)
        return User.objects.filter(pk=first).order_by("-pk" if descending else "pk")

    for first in range(5):
        people(first, descending=False)
        people(first, descending=True)
    assert built == [False, False, True, True]  # each is composed twice, to find the values


@pytest.mark.django_db
def test_a_value_that_is_read_while_the_query_is_composed_is_refused():
    @prepared
    def recent(person: int) -> QuerySet[Follow]:
        return Follow.objects.filter(follower=person, at__lt=timezone.now())

    with pytest.raises(NotPreparable, match=r"recent: .* changes by itself"):
        recent(1)


@pytest.mark.django_db
def test_the_current_time_is_read_at_each_call(time_machine):
    @prepared
    def recent(person: int) -> QuerySet[Follow]:
        return Follow.objects.filter(follower=person, at__lt=CurrentTime())

    ana = make_user("ana")
    now = timezone.now()
    Follow.objects.create(follower=ana, followed=make_user("ben"), at=now + timedelta(hours=1))
    assert recent(ana.pk) == []
    time_machine.move_to(now + timedelta(hours=2))
    assert len(recent(ana.pk)) == 1
    assert Follow.objects.filter(at__lt=CurrentTime()).count() == 1


@pytest.mark.django_db
def test_a_query_whose_sql_depends_on_a_value_is_refused():
    @prepared
    def odd(person: int) -> QuerySet[User]:
        return User.objects.filter(pk=person) if person % 2 else User.objects.exclude(pk=person)

    with pytest.raises(NotPreparable, match="the SQL depends on a value"):
        odd(1)


@pytest.mark.django_db
def test_a_query_that_changes_or_ignores_a_value_is_refused():
    @prepared
    def changed(person: int, other: int) -> QuerySet[User]:
        return User.objects.filter(pk=person).exclude(pk=other + 1)

    @prepared
    def forgotten(person: int, other: int) -> QuerySet[User]:
        return User.objects.filter(pk=person)

    with pytest.raises(NotPreparable, match="changes by itself"):
        changed(1, 2)
    with pytest.raises(NotPreparable, match=r"values \{1\} are not used as they are"):
        forgotten(1, 2)


@pytest.mark.django_db
def test_a_lookup_that_escapes_its_value_is_refused():
    @prepared
    def called(handle: str) -> QuerySet[User]:
        return User.objects.filter(handle__iexact=handle)

    with pytest.raises(NotPreparable, match="changes by itself"):
        called("ana_b")


@pytest.mark.django_db
def test_none_chooses_another_variant():
    @prepared
    def people(handle: str | None, without: int | None) -> QuerySet[User]:
        found = User.objects.order_by("pk")
        found = found if handle is None else found.filter(handle=handle)
        return found if without is None else found.exclude(pk=without)

    ana, ben = make_user("ana"), make_user("ben")
    assert people(None, None) == [ana, ben]
    assert people("ben", None) == [ben]
    assert people(None, ben.pk) == [ana]
    assert people("ben", ben.pk) == []


@pytest.mark.django_db
def test_lists_of_any_length_share_a_few_variants():
    built = []

    @prepared
    def people(ids: list[int], without: int, others: list[int]) -> QuerySet[User]:
        built.append((len(ids), len(others)))
        return User.objects.filter(pk__in=ids).exclude(pk=without).exclude(pk__in=others)

    everyone = [make_user() for _ in range(9)]
    ids = [person.pk for person in everyone]
    for length in range(1, 10):
        found = people(ids[:length], ids[0], ids[4:6])
        assert set(found) == set(everyone[1 : min(length, 4)] + everyone[6:length]), length
    assert sorted(set(built)) == [(1, 2), (2, 2), (4, 2), (8, 2), (16, 2)]


@pytest.mark.django_db
def test_an_empty_list_and_a_value_of_another_type_are_refused():
    @prepared
    def people(ids: list[int]) -> QuerySet[User]:
        return User.objects.filter(pk__in=ids)

    @prepared
    def exactly(share: float) -> QuerySet[User]:
        return User.objects.filter(pk=share)

    with pytest.raises(ValueError, match="must not be empty"):
        people([])
    with pytest.raises(NotPreparable, match="is not a type of values"):
        exactly(1.5)


@pytest.mark.django_db
def test_hostile_text_stays_a_value():
    text = "x' OR 1=1 --"
    person = make_user("ana", name=text)
    make_user("ben")
    assert people_called(text, 0) == [person]
    assert connection.vendor == "sqlite"
