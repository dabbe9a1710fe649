"""The banner: every page is marked as high as the highest record that it shows, above and below."""

import re

import pytest

from engagement.models import Contact, Request
from missions import services
from missions.access import Marking, Record
from nsags.matching import look_alikes
from nsags.models import Group, GroupName
from protection.models import ThreatAssessment
from tests import factories

pytestmark = pytest.mark.django_db

OPEN, CONFIDENTIAL, STRICT = Marking
BANNER = re.compile(r'<div class="marking">\s*<span>([^<]*)</span>(?:<span>([^<]*)</span>)?')
LOOKS = "looks after what the test made"


@pytest.fixture
def world(mission, amina, clara, joseph, at, access):
    """Records of every kind and marking, each under a name that stands nowhere else."""
    plain = factories.make_group(author=amina, at=at, name="Plain Reed Group")
    kept = factories.make_group(author=amina, at=at, name="Kept Cedar Group")
    close = factories.make_group(author=clara, at=at, name="Close Basalt Group")
    threat = factories.make_threat(author=amina, group=kept, at=at, title="Walls of the kept market")
    factories.make_threat(author=amina, group=plain, at=at, title="Plain walls of the market")
    request = factories.make_request(author=amina, group=kept, threat=threat, at=at, title="Kept road request")
    held = factories.make_request(author=amina, group=kept, at=at, status="in_advice", title="Kept bridge request")
    factories.make_engagement(author=amina, group=kept, at=at, status="active", title="Kept talks request")
    met = factories.make_contact(author=amina, group=plain, at=at, summary="Plain talk")
    talk = factories.make_contact(author=clara, group=close, at=at, summary="Close talk")
    mark(plain, OPEN, by=access(joseph), at=at)
    for part in ThreatAssessment.objects.unscoped(LOOKS).filter(group=plain):
        mark(part, OPEN, by=access(joseph), at=at)
    for contact in Contact.objects.unscoped(LOOKS).filter(group=plain):
        mark(contact, OPEN, by=access(joseph), at=at)
    mark(close, STRICT, by=access(joseph), at=at)
    records = {"plain": plain, "kept": kept, "close": close, "threat": threat, "request": request, "held": held}
    return records | {"contact": met, "talk": talk}


def mark(record, marking, *, by, at):
    services.set_marking(record=record, marking=marking, reason="For the test.", by=by, at=at)


def banners(page):
    return BANNER.findall(page)


def names_of(record):
    """Return what gives a record away on a page."""
    told = {record.reference}
    if isinstance(record, (Group, ThreatAssessment, Request)):
        told.add(str(getattr(record, "name", "") or record.title))
    return told


def highest_shown(page):
    records = [row for model in Record.__subclasses__() for row in model.objects.unscoped(LOOKS).all()]
    return max((row.marking for row in records if any(name in page for name in names_of(row) if name)), default=0)


PATHS = (
    "/",
    "/groups/",
    "/groups/?status=dormant",
    "/groups/new/",
    "/groups/{plain}/",
    "/groups/{kept}/",
    "/groups/{close}/",
    "/groups/{kept}/edit/",
    "/groups/{kept}/labels/new/",
    "/threats/",
    "/threats/new/",
    "/threats/{threat}/",
    "/requests/",
    "/requests/?state=decided",
    "/requests/start/",
    "/requests/{request}/",
    "/requests/{request}/edit/",
    "/requests/{held}/",
    "/requests/{held}/paper/",
    "/requests/{held}/history/",
    "/requests/{held}/changes/",
    "/contacts/",
    "/contacts/new/",
    "/contacts/{contact}/",
    "/contacts/{talk}/",
    "/sources/",
    "/sources/new/",
    "/exports/",
    "/exports/new/",
    "/log/",
    "/commitments/",
    "/advice/",
    "/approvals/",
    "/approvals/print/",
    "/missions/",
    "/missions/MINUBEK/",
    "/missions/MINUBEK/posture/",
    "/missions/MINUBEK/compartments/",
    "/records/{kept}/marking/",
    "/hq/",
    "/account/",
)


@pytest.mark.parametrize("name", ["amina", "clara", "joseph", "hana", "otto", "maya", "ingrid", "omar"])
def test_every_page_is_marked_as_high_as_what_it_shows(cast, world, signed_in, name):
    browser, seen = signed_in(cast[name]), set()
    references = {key: record.reference for key, record in world.items()}

    for path in PATHS:
        answered = browser.get(path.format(**references), follow=True)
        page = answered.content.decode()
        found = [words for words, _reader in banners(page)]
        body = page[page.index("<main") : page.index("</main>")]
        wanted = str(Marking(highest_shown(body)).label)
        assert found == [wanted, wanted], f"{path} as {name} is marked {found} and shows {wanted}"
        if answered.status_code == 200:
            seen.add(wanted)

    assert "UN Unclassified" in seen


def test_the_cast_meets_every_marking(cast, world, signed_in):
    shown = {
        banners(signed_in(cast["clara"]).get(f"/groups/{world[key].reference}/").content.decode())[0][0]
        for key in ("plain", "kept", "close")
    }

    assert shown == {str(marking.label) for marking in Marking}


def test_a_page_without_records_is_unclassified(amina, signed_in):
    assert banners(signed_in(amina).get("/help/").content.decode())[0][0] == "UN Unclassified"


def test_somebody_who_has_not_signed_in_reads_no_marking(client, clock):
    assert not banners(client.get("/sign-in/").content.decode())


def test_headquarters_reads_the_marking_of_the_figures(ingrid, world, signed_in):
    page = signed_in(ingrid).get("/hq/").content.decode()

    assert world["held"].reference in page
    assert banners(page)[0][0] == "UN Confidential"


def test_a_notice_counts_as_much_as_what_it_is_about(clara, world, joseph, access, at, signed_in):
    mark(world["held"], STRICT, by=access(joseph), at=at)

    page = signed_in(clara).get("/").content.decode()

    assert banners(page)[0][0] == ("UN Strictly confidential" if world["held"].reference in page else "UN Confidential")


def test_a_closely_held_record_is_shown_with_its_reader_and_the_minute(joseph, clara, kept_inside, signed_in):
    page = signed_in(clara).get(f"/groups/{kept_inside.reference}/").content.decode()

    assert {reader for _marking, reader in banners(page)} == {"Read by Clara Reyes, Mon 2 Mar 2026, 09:00 UTC"}


def test_a_list_that_holds_one_closely_held_record_names_its_reader(clara, kept_inside, signed_in):
    page = signed_in(clara).get("/groups/").content.decode()

    assert all("Clara Reyes" in reader for _marking, reader in banners(page))


def test_other_pages_name_no_reader(clara, kept_inside, group, signed_in):
    assert banners(signed_in(clara).get(f"/groups/{group.reference}/").content.decode())[0][1] == ""


def test_a_group_that_is_only_compared_with_is_not_read(clara, kept_inside, signed_in, access):
    eyes = access(clara)

    assert look_alikes(["Somebody else altogether"], eyes) == []
    assert eyes.shown.closely_held == set()


@pytest.fixture
def kept_inside(mission, joseph, clara, group, at):
    """A group in a compartment of which the POC adviser is a member, beside one that is not."""
    circle = factories.make_compartment(mission=mission, owner=joseph, members=[clara], at=at)
    return factories.make_group(author=clara, at=at, name="Inner Slate Group", compartment=circle)


def test_a_part_tells_how_its_record_is_held(amina, clara, kept_inside, access, at):
    GroupName.objects.create(group=kept_inside, text="ISG")
    eyes = access(clara)

    list(GroupName.objects.visible_to(eyes).filter(group=kept_inside))

    assert eyes.shown.closely_held == {kept_inside}
    assert eyes.shown.highest == CONFIDENTIAL


def test_rows_that_are_walked_over_count_as_shown(clara, kept_inside, access):
    eyes = access(clara)

    list(Group.objects.visible_to(eyes).iterator(chunk_size=10))

    assert kept_inside in eyes.shown.closely_held


def test_a_printed_paper_bears_its_marking_on_each_sheet(joseph, world, access, at, signed_in):
    mark(world["held"], STRICT, by=access(joseph), at=at)

    page = signed_in(joseph).get(f"/requests/{world['held'].reference}/paper/").content.decode()

    sheet = page[page.index('<table class="sheet">') :]
    assert sheet.count("UN Strictly confidential") >= 2
