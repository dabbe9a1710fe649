"""A day on which every service is used once: what the tests of the log look at."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts import services as accounts
from accounts.models import User
from engagement.demo import steps
from engagement.models import Commitment, Contact, Decision, Export, Measure
from engagement.services import (
    advising,
    contacts,
    deciding,
    dialogue,
    drafting,
    emergencies,
    exports,
    identities,
    sharing,
    sources,
    submission,
)
from missions.access import Access, Marking
from missions.models import CompartmentMember, Mission, Posting
from missions.postings import access_for
from missions.services import compartments, markings, postings, posture
from nsags import services as nsags
from nsags.models import GroupName
from tests import factories
from tests.engagement import handling


class Day:
    """The people of the cast at work, one piece after another; each piece ends where a page would have answered."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.people = {user.username: user for user in User.objects.all()}
        self.mission = Mission.objects.get(code="MINUBEK")

    def by(self, name: str) -> Access:
        """Return what somebody may see and do now."""
        return access_for(User.objects.get(username=name), self.at)

    def pieces(self) -> Iterator[str]:
        """Do one piece of work after another, and yield what it was."""
        for piece in (self.groups, self.leadership, self.circles, self.requests, self.talks, self.sharing, self.vault):
            yield from piece()

    def groups(self) -> Iterator[str]:
        """Describe groups, their people, names, labels and descent, and a threat."""
        amina, clara = self.by("amina"), self.by("clara")
        names = [("UMF", GroupName.Type.ACRONYM)]
        self.group = nsags.add_group(mission=self.mission, name="Upper Mbali Front", names=names, by=amina, at=self.at)
        yield "a group is added"
        said = {name: getattr(self.group, name) for name in nsags.DESCRIPTION} | {"wants": "A share of the market fee."}
        nsags.review(group=self.group, **said, by=clara, at=self.at)
        yield "a profile is reviewed"
        member = nsags.introduce(
            group=self.group, name="Colonel Yaro", role="Zone commander", checked_on=self.at.date(), by=amina,
            at=self.at,
        )  # fmt: skip
        self.person = member.person
        yield "a person is introduced"
        label = nsags.label(
            group=self.group,
            value="terrorist",
            issuer="host_state",
            issuer_name="Ministry of the Interior",
            starts_on=self.at.date() - timedelta(days=40),
            by=amina,
            at=self.at,
        )
        yield "a label is recorded"
        nsags.end_label(label=label, ends_on=self.at.date() - timedelta(days=1), by=amina, at=self.at)
        yield "a label ends"
        other = factories.make_group(author=self.people["amina"], at=self.at, name="Lower Mbali Front")
        nsags.record_lineage(
            type="split",
            parent=self.group,
            child=other,
            happened_on=self.at.date() - timedelta(days=9),
            by=amina,
            at=self.at,
        )
        yield "a split is recorded"
        self.threat = factories.make_threat(author=self.people["amina"], at=self.at, group=self.group)
        yield "a threat is assessed"

    def leadership(self) -> Iterator[str]:
        """Post people, lay down what leadership lays down, and take it back."""
        joseph, maya, since = self.by("joseph"), self.by("maya"), self.at
        ban = posture.prohibit(
            mission=self.mission,
            person_id=self.person.pk,
            subject="Colonel Yaro",
            text="No contact until the hostages are free.",
            review_on=since.date() + timedelta(days=30),
            issuer_title="Head of mission",
            by=joseph,
            at=since - timedelta(hours=1),
        )
        yield "contact is prohibited"
        posture.lift_prohibition(prohibition=ban, by=joseph, at=since - timedelta(minutes=3))
        yield "a prohibition is lifted"
        passed = posture.delegate(
            mission=self.mission,
            to_user=self.people["pierre"],
            level=3,
            highest_band="MODERATE",
            reason="On leave.",
            starts_on=since.date(),
            ends_on=since.date() + timedelta(days=7),
            by=joseph,
            at=since,
        )
        yield "authority is delegated"
        posture.revoke_delegation(delegation=passed, by=joseph, at=since)
        yield "a delegation is revoked"
        factories.make_posture(
            self.mission, "STRATEGY_BASED", by=self.people["joseph"], at=since - timedelta(minutes=2)
        )
        yield "a posture is laid down"
        factories.make_posture(self.mission, "EXPECTED", by=self.people["joseph"], at=since - timedelta(minutes=1))
        yield "a posture is laid down again"
        ends = since + timedelta(days=30)
        nina = factories.make_user("nina", name="Nina Holt")
        posting = postings.open_posting(
            user=nina, mission=self.mission, role="analyst", starts_at=since, ends_at=ends, by=maya, at=since
        )
        yield "a posting is opened"
        postings.extend_posting(posting=posting, ends_at=ends + timedelta(days=30), by=maya, at=since)
        yield "a posting is extended"
        postings.set_ceiling(posting=posting, ceiling=Marking.STRICTLY_CONFIDENTIAL, by=maya, at=since)
        yield "a higher ceiling is asked for"
        postings.confirm_ceiling(posting=Posting.objects.get(pk=posting.pk), by=joseph, at=since)
        yield "a higher ceiling is confirmed"
        accounts.add_app(user=self.people["yusuf"], secret="JBSWY3DPEHPK3PXP", at=since)
        yield "a second factor is added"
        accounts.start_travel(user=self.people["yusuf"], ceiling=Marking.CONFIDENTIAL, at=since)
        yield "somebody travels"

    def circles(self) -> Iterator[str]:
        """Open a compartment, read somebody in, keep them there and read them out; end a posting."""
        clara, joseph = self.people["clara"], self.by("joseph")
        circle = factories.make_compartment(
            mission=self.mission, owner=self.people["joseph"], members=[clara], at=self.at
        )
        yield "a compartment is opened, and somebody is read in"
        member = CompartmentMember.objects.get(compartment=circle, user=clara)
        later = self.at + timedelta(days=100)
        compartments.renew_member(member=member, ends_at=later, by=joseph, at=self.at)
        yield "a membership is renewed"
        self.held = factories.make_group(author=clara, at=self.at, name="Quiet Front", compartment=circle)
        yield "a group is added inside"
        compartments.read_out(member=member, by=joseph, at=self.at)
        yield "somebody is read out"
        posting = Posting.objects.get(user__username="nina")
        postings.end_posting(posting=posting, by=self.by("maya"), at=self.at)
        yield "a posting ends"

    def requests(self) -> Iterator[str]:
        """Write a request, preview it, return it, send it again, and decide on it."""
        amina, author = self.by("amina"), self.people["amina"]
        request = factories.make_request(
            author=author, at=self.at, group=self.group, threat=self.threat, measures={"M-01": "Amina", "M-04": "Odile"}
        )
        yield "a request is written"
        drafting.note_preview(request=request, by=amina, at=self.at)
        yield "a request is previewed"
        measure = Measure.objects.visible_to(amina).get(request=request, code="M-04")
        drafting.drop_measure(measure=measure, by=amina, at=self.at)
        yield "a measure is dropped"
        submission.submit(request=request, by=amina, at=self.at)
        yield "a request is submitted"
        steps.verify(request, {"M-01": "Seen at the gate."}, by=self.by("sven"), at=self.at)
        yield "a measure is verified"
        request = steps.answer_holds(steps.take_all_advice(request, at=self.at), at=self.at)
        yield "advice is given"
        factories.decide(request, Decision.Outcome.RETURN, at=self.at)
        yield "a request is returned"
        submission.reopen(request=request, by=amina, at=self.at)
        yield "a request is reopened"
        submission.submit(request=request, by=amina, at=self.at)
        yield "a request is sent again"
        advising.ready_overdue(self.at + timedelta(days=3))
        request = steps.answer_holds(request, at=self.at)
        yield "the clock of advice runs out"
        factories.decide(request, Decision.Outcome.DEFER, at=self.at, deferred_event="The rains end.")
        yield "a request is deferred"
        self.at += timedelta(minutes=30)
        deciding.take_up(request=steps.read(request), by=steps.decider(request, at=self.at), at=self.at)
        yield "a request is taken up"
        factories.decide(request, Decision.Outcome.APPROVE_WITH_CONDITIONS, at=self.at)
        yield "a request is approved"
        self.request = steps.read(request)
        drafted = factories.make_request(author=author, at=self.at, is_blank=True, group=self.group)
        drafting.withdraw(request=drafted, by=amina, at=self.at)
        yield "another is withdrawn"

    def talks(self) -> Iterator[str]:
        """Meet, promise, check, stop, go on, learn something worse, and end it."""
        amina, sven = self.by("amina"), self.by("sven")
        talk = factories.engagement_of(self.request)
        contact = factories.make_contact(author=self.people["amina"], engagement=talk, at=self.at)
        yield "a contact is logged"
        promise = contacts.record_commitment(
            contact=contact,
            author=Commitment.By.THEM,
            text="No arms on the clinic road",
            check_on=self.at.date() + timedelta(days=3),
            by=amina,
            at=self.at,
        )
        yield "a promise is recorded"
        contacts.check_commitment(
            commitment=promise,
            state=Commitment.State.CONSISTENT,
            next_check_on=self.at.date() + timedelta(days=9),
            by=self.by("clara"),
            at=self.at,
        )
        yield "a promise is checked"
        dialogue.suspend(engagement=talk, reason="Shots near the meeting place.", by=sven, at=self.at)
        yield "a dialogue is suspended"
        level = steps.holder("pillar_head", self.mission, at=self.at)
        dialogue.resume(engagement=talk, reason="It is calm.", by=level, at=self.at)
        yield "a dialogue goes on"
        factories.worsen(self.request, at=self.at)
        yield "facts change"
        dialogue.conclude(engagement=talk, reason="The road is open.", by=amina, at=self.at)
        yield "a dialogue ends"
        chance = factories.make_contact(
            author=self.people["amina"], at=self.at, group=self.group, has_safety_problem=True
        )
        contacts.note_safety(contact=chance, text="Three armed men.", by=amina, at=self.at)
        contacts.classify(
            contact=chance, classification=Contact.Classification.NO_ACTION, by=self.by("clara"), at=self.at
        )
        yield "a chance contact is classified"
        factories.make_contact(author=self.people["amina"], at=self.at, group=self.group, path=Contact.Path.SCREENED)
        yield "a screened contact is logged"

    def sharing(self) -> Iterator[str]:
        """Open a record to somebody, close it, break the glass, mark higher and lower, take a table out."""
        pierre, hana = self.by("pierre"), self.people["hana"]
        omar, until = self.people["omar"], self.at + timedelta(days=7)
        grant = sharing.share(
            request=self.request, user=omar, reason="Follows the group.", expires_at=until, by=pierre, at=self.at
        )
        yield "a request is shared"
        sharing.unshare(grant=grant, by=pierre, at=self.at + timedelta(minutes=1))
        yield "access is withdrawn"
        emergency = emergencies.open_emergency(
            mission=self.mission,
            reference="",
            reason="life_at_risk",
            explanation="A convoy is under fire on the road.",
            by=access_for(hana, self.at),
            at=self.at,
        )
        yield "the glass is broken"
        emergencies.close_emergency(emergency=emergency, by=access_for(hana, self.at), at=self.at)
        yield "the emergency is closed"
        emergencies.review_emergency(
            emergency=emergency, finding="justified", review="It was.", by=self.by("otto"), at=self.at
        )
        yield "the emergency is reviewed"
        for marking in (Marking.STRICTLY_CONFIDENTIAL, Marking.CONFIDENTIAL):
            markings.set_marking(
                record=self.threat, marking=marking, reason="Names a witness.", by=self.by("joseph"), at=self.at
            )
            yield f"a threat is marked {marking.label}"
        exports.export(
            of=Export.Of.CONTACTS,
            mission=self.mission,
            starts_on=None,
            ends_on=None,
            purpose="Monthly review",
            recipient="Pillar heads",
            by=self.by("amina"),
            at=self.at,
        )
        yield "a table is exported"

    def vault(self) -> Iterator[str]:
        """Add a source with an identity, show it once, and destroy it."""
        lena, karim = handling.handlers(self.mission, at=self.at)
        source = handling.make_source(handler=lena, alternate=karim, at=self.at, identity=handling.zebediah())
        yield "a source is added"
        asked = handling.ask(source, by=lena, at=self.at)
        yield "a reveal is asked for"
        handling.agree(asked, by=self.people["joseph"], at=self.at)
        yield "a reveal is agreed to"
        handling.look(asked, by=lena, at=self.at)
        yield "an identity is shown"
        refused = handling.ask(source, by=karim, at=self.at)
        identities.refuse_reveal(reveal=refused, by=self.by("joseph"), at=self.at)
        yield "a reveal is refused"
        wanted = identities.ask_shredding(source=source, reason="danger", by=access_for(lena, self.at), at=self.at)
        identities.keep_identity(shredding=wanted, by=self.by("joseph"), at=self.at)
        yield "an identity is kept"
        handling.destroy(source, asked_by=lena, confirmed_by=self.people["joseph"], at=self.at)
        yield "an identity is destroyed"
        sources.withdraw_consent(source=source, withdrawn_on=self.at.date(), by=access_for(lena, self.at), at=self.at)
        yield "a consent is withdrawn"


def walk(at: datetime) -> Day:
    """Take the whole day at once."""
    day = Day(at)
    for _piece in day.pieces():
        pass
    return day
