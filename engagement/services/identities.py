"""Who a source is: put into the vault by one person, seen once by agreement of two, destroyed by two.

This and engagement.services.naming are the only places that read the table of identities.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import log
from audit.models import Kind
from engagement import fingerprints
from engagement.models import Notice, Reveal, Shredding, Source, SourceIdentity
from engagement.models.sources import TwoPersonAct
from engagement.policies import sources as policies
from engagement.services import noticing
from engagement.services.naming import refuse_names
from engagement.services.sources import latest_consent, locked, tell_custodians
from engagement.vault import Sealed, VaultError, index_key, key_store, seal, unseal
from missions.access import Access
from missions.refusals import Refusal, Refused, refuse_if_any

TABLE = SourceIdentity._meta.db_table
Act = TypeVar("Act", Reveal, Shredding)


@dataclass(frozen=True, repr=False)
class Identity:
    """Who somebody is, in clear: held for the length of one request and shown by nothing that prints it."""

    given_names: str
    family_name: str
    also_known_as: str = ""
    phones: str = ""
    whereabouts: str = ""
    safe_contact: str = ""

    @property
    def names(self) -> list[str]:
        """Return every full name that would tell who it is."""
        given = self.given_names.split()[:1]
        return [
            f"{self.given_names} {self.family_name}",
            *(f"{first} {self.family_name}" for first in given),
            *self.also_known_as.splitlines(),
        ]


# --- Storing -------------------------------------------------------------------------------------------------------


@transaction.atomic
def store_identity(*, source: Source, identity: Identity, by: Access, at: datetime) -> None:
    """Put an identity into the vault, in place of what stood there; nobody can read it back alone."""
    source = locked(source, by)
    stored = _stored(source)
    refuse_if_any(why_not_store(source, by=by))
    try:
        key = key_store().read(stored.key_id) if stored else key_store().create()
    except VaultError as error:
        raise _unreadable() from error
    sealed = seal(json.dumps(asdict(identity)).encode(), key=key, table=TABLE, row=source.pk)
    prints = fingerprints.of_person(
        index_key(key),
        names=identity.names,
        family_names=[identity.family_name],
        phones=identity.phones.splitlines(),
    )
    SourceIdentity.objects.unscoped("the vault itself").update_or_create(
        source=source,
        defaults={
            "key_id": sealed.key_id,
            "nonce": sealed.nonce,
            "ciphertext": sealed.ciphertext,
            "blind_index": prints,
            "stored_by": by.user,
            "stored_at": at,
        },
    )
    log.record(Kind.IDENTITY_STORED, target=source, by=by, at=at)


def why_not_store(source: Source, *, by: Access) -> list[Refusal]:
    """Return the reasons why this person may not put an identity into the vault now."""
    return list(policies.store_identity(source, _stored(source), latest_consent(source), by=by))


def state_of(source: Source) -> str:
    """Say what the vault holds: nothing ("empty"), an identity ("kept"), what was destroyed, or one without its key."""
    stored = _stored(source)
    if stored is None:
        return "empty"
    if stored.shredded_at:
        return "destroyed"
    return "kept" if key_store().holds(stored.key_id) else "lost"


def _stored(source: Source) -> SourceIdentity | None:
    rows = SourceIdentity.objects.unscoped("the vault itself")
    found: SourceIdentity | None = rows.filter(source=source).first()
    return found


def _unreadable() -> Refused:
    message = _("The vault cannot open this identity. Tell the information manager; nothing was shown or changed.")
    return Refused([Refusal("unreadable", message)])


# --- Seeing: one asks, another agrees, the first opens it once -----------------------------------------------------


@transaction.atomic
def ask_reveal(*, source: Source, reason: str, by: Access, at: datetime) -> Reveal:
    """Ask to see who a source is."""
    source = locked(source, by)
    refuse_if_any(why_not_ask(source, reason=reason, by=by, at=at))
    refuse_names({"reason": reason}, by=by)
    reveal = Reveal.objects.create(source=source, reason=reason, asked_by=by.user, asked_at=at)
    log.record(Kind.REVEAL_ASKED, target=source, by=by, at=at)
    deciders = noticing.holding(source.mission, policies.AGREE_TO_REVEAL, at, source)
    tell_custodians(source, Notice.Kind.REVEAL_WANTED, also=deciders, by=by, at=at)
    return reveal


def why_not_ask(source: Source, *, reason: str, by: Access, at: datetime) -> Iterable[Refusal]:
    """Return the reasons why this person may not ask to see who a source is."""
    waiting = Reveal.objects.visible_to(by).filter(source=source, asked_by=by.user_id, outcome="").exists()
    return policies.ask_reveal(
        source,
        _stored(source),
        latest_consent(source),
        reason=reason,
        waiting=waiting,
        opened_today=_opened_within_a_day(by, at),
        by=by,
    )


@transaction.atomic
def approve_reveal(*, reveal: Reveal, by: Access, at: datetime) -> Reveal:
    """Agree, as the second person, that the first one sees who it is within the next 15 minutes."""
    reveal = _locked_act(reveal, by)
    source = reveal.source
    refuse_if_any(why_not_approve(reveal, by=by))
    _decide(reveal, TwoPersonAct.Outcome.APPROVED, by=by, at=at)
    log.record(Kind.REVEAL_APPROVED, target=source, by=by, at=at)
    tell_custodians(source, Notice.Kind.REVEAL_DECIDED, also=[reveal.asked_by], by=by, at=at)
    return reveal


def why_not_approve(reveal: Reveal, *, by: Access) -> list[Refusal]:
    """Return the reasons why this person may not agree to the reveal."""
    return list(policies.approve_reveal(reveal, _stored(reveal.source), latest_consent(reveal.source), by=by))


@transaction.atomic
def refuse_reveal(*, reveal: Reveal, by: Access, at: datetime) -> Reveal:
    """Say, as the second person, that the first one does not see who it is."""
    reveal = _locked_act(reveal, by)
    refuse_if_any(policies.decide_reveal(reveal, by=by))
    _decide(reveal, TwoPersonAct.Outcome.REFUSED, by=by, at=at)
    log.record(Kind.REVEAL_REFUSED, target=reveal.source, by=by, at=at)
    tell_custodians(reveal.source, Notice.Kind.REVEAL_DECIDED, also=[reveal.asked_by], by=by, at=at)
    return reveal


@transaction.atomic
def open_reveal(*, reveal: Reveal, by: Access, at: datetime) -> Identity:
    """Return who it is, once, to the person who asked; from then on it counts as shown."""
    User.objects.select_for_update().get(pk=by.user_id)
    reveal = _locked_act(reveal, by)
    source = reveal.source
    refuse_if_any(why_not_open(reveal, by=by, at=at))
    identity = _unsealed(source)
    reveal.opened_at = at
    reveal.save(update_fields=["opened_at"])
    log.record(Kind.IDENTITY_REVEALED, target=source, by=by, at=at)
    tell_custodians(source, Notice.Kind.IDENTITY_REVEALED, by=by, at=at)
    return identity


def why_not_open(reveal: Reveal, *, by: Access, at: datetime) -> Iterable[Refusal]:
    """Return the reasons why this person may not open what was approved."""
    source = reveal.source
    today = _opened_within_a_day(by, at)
    return policies.open_reveal(reveal, _stored(source), latest_consent(source), opened_today=today, by=by, at=at)


def _unsealed(source: Source) -> Identity:
    stored = SourceIdentity.objects.unscoped("the vault itself").get(source=source)
    sealed = Sealed(stored.key_id, bytes(stored.nonce), bytes(stored.ciphertext))
    try:
        key = key_store().read(stored.key_id)
        return Identity(**json.loads(unseal(sealed, key=key, table=TABLE, row=stored.source_id)))
    except VaultError as error:
        raise _unreadable() from error


def _opened_within_a_day(by: Access, at: datetime) -> int:
    opened = Reveal.objects.unscoped("how many identities a person has seen today")
    return opened.filter(asked_by=by.user_id, opened_at__gt=at - policies.A_DAY).count()


# --- Destroying ----------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_shredding(*, source: Source, reason: str, by: Access, at: datetime) -> Shredding:
    """Ask that an identity be destroyed; a second person confirms it."""
    source = locked(source, by)
    refuse_if_any(why_not_shred(source, reason=reason, by=by))
    shredding = Shredding.objects.create(source=source, reason=reason, asked_by=by.user, asked_at=at)
    log.record(Kind.SHREDDING_ASKED, target=source, by=by, at=at)
    deciders = noticing.holding(source.mission, policies.AGREE_TO_REVEAL, at, source)
    tell_custodians(source, Notice.Kind.SHREDDING_WANTED, also=deciders, by=by, at=at)
    return shredding


def why_not_shred(source: Source, *, reason: str, by: Access) -> Iterable[Refusal]:
    """Return the reasons why this person may not ask that the identity be destroyed."""
    waiting = Shredding.objects.visible_to(by).filter(source=source, outcome="").exists()
    return policies.ask_shredding(source, _stored(source), reason=reason, waiting=waiting, by=by)


@transaction.atomic
def confirm_shredding(*, shredding: Shredding, by: Access, at: datetime) -> Shredding:
    """Destroy an identity for good, as the second person; everything that was decided stays on record."""
    shredding = _locked_act(shredding, by)
    source, stored = shredding.source, _stored(shredding.source)
    refuse_if_any(why_not_answer_shredding(shredding, by=by))
    assert stored is not None
    _decide(shredding, TwoPersonAct.Outcome.APPROVED, by=by, at=at)
    stored.nonce, stored.ciphertext, stored.blind_index = b"", b"", []
    stored.shredded_by, stored.shredded_at = by.user, at
    stored.save(update_fields=["nonce", "ciphertext", "blind_index", "shredded_by", "shredded_at"])
    log.record(Kind.IDENTITY_SHREDDED, target=source, by=by, at=at)
    tell_custodians(source, Notice.Kind.IDENTITY_SHREDDED, also=[shredding.asked_by], by=by, at=at)
    # Last, because a file does not come back when the transaction is undone: if something above fails, the key stays;
    # if the commit fails, the identity is gone already and the same confirmation can be given again.
    key_store().destroy(stored.key_id)
    return shredding


def why_not_answer_shredding(shredding: Shredding, *, by: Access) -> list[Refusal]:
    """Return the reasons why this person may not say whether the identity is destroyed."""
    return list(policies.decide_shredding(shredding, _stored(shredding.source), by=by))


@transaction.atomic
def keep_identity(*, shredding: Shredding, by: Access, at: datetime) -> Shredding:
    """Say, as the second person, that the identity is not destroyed."""
    shredding = _locked_act(shredding, by)
    refuse_if_any(why_not_answer_shredding(shredding, by=by))
    _decide(shredding, TwoPersonAct.Outcome.REFUSED, by=by, at=at)
    log.record(Kind.SHREDDING_REFUSED, target=shredding.source, by=by, at=at)
    return shredding


# --- What both share -----------------------------------------------------------------------------------------------


def _decide(act: Reveal | Shredding, outcome: TwoPersonAct.Outcome, *, by: Access, at: datetime) -> None:
    act.outcome, act.decided_by, act.decided_at = outcome, by.user, at
    act.save(update_fields=["outcome", "decided_by", "decided_at"])


def _locked_act(act: Act, by: Access) -> Act:
    """Return what was asked as it stands now, with its source locked, for somebody who may still see it."""
    source = locked(act.source, by)
    visible = type(act).objects.visible_to(by).select_for_update(of=("self",))
    found: Act = visible.select_related("asked_by", "decided_by").get(pk=act.pk)
    found.source = source
    return found
