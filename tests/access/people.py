"""Who lives in the world of the access tests: plain facts about each person, from which rows and judgements follow.

The rows of the database are written from these facts, and the oracle judges by the same facts, dates included; so
neither learns from the other who may see what.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

Facts = dict[str, Any]

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)
SOON = NOW + timedelta(days=30)
OVER = NOW - timedelta(days=1)
U, C, SC = 0, 1, 2
HOME, NEXT_DOOR, LIBRARY = "MINUBEK", "UNSTOR", "LIBHIST"
OFFICES = {HOME: ("Bria", "Kesi"), NEXT_DOOR: ("Lumo", "Tari"), LIBRARY: ("Archive",)}
# Circles, and the mission of each.
COMPARTMENTS = {"copper": HOME, "silver": HOME, "slate": NEXT_DOOR}


def posting(
    role: str,
    mission: str | None = HOME,
    office: str | None = None,
    ceiling: int = C,
    since: datetime = LONG_AGO,
    until: datetime | None = None,
) -> Facts:
    """Return one posting."""
    return {"role": role, "mission": mission, "office": office, "ceiling": ceiling, "from": since, "until": until}


def member(
    compartment: str,
    *,
    since: datetime = LONG_AGO,
    until: datetime = SOON,
    confirmed: bool = True,
    owner: bool = False,
) -> Facts:
    """Return one membership in a circle."""
    return {"compartment": compartment, "from": since, "until": until, "confirmed": confirmed, "owner": owner}


def emergency(
    mission: str, place: str = "", *, since: datetime = OVER, until: datetime = SOON, closed: datetime | None = None
) -> Facts:
    """Return one emergency: on the records of a place, each by its reference, or on the mission."""
    return {"mission": mission, "place": place, "from": since, "until": until, "closed": closed}


def person(
    *postings: Facts,
    members: tuple[Facts, ...] = (),
    grants: tuple[tuple[str, datetime], ...] = (),
    emergencies: tuple[Facts, ...] = (),
    travels_with: int | None = None,
    is_active: bool = True,
) -> Facts:
    """Return the facts of one person; a grant names a place, and holds for the requests there."""
    return {
        "postings": list(postings),
        "memberships": list(members),
        "grants": [{"place": place, "until": until} for place, until in grants],
        "emergencies": list(emergencies),
        "travels_with": travels_with,
        "is_active": is_active,
    }


# Reads one office here, and up to strictly confidential next door.
SERVES_HERE_READS_THERE = (posting("field_staff", office="Bria"), posting("analyst", NEXT_DOOR, ceiling=SC))
# Each role, in the mission where most records are.
ROLES: dict[str, Facts] = {
    "field_staff": person(posting("field_staff", office="Bria"), members=(member("copper"),)),
    "head_of_office": person(posting("head_of_office", office="Bria")),
    "poc_adviser": person(posting("poc_adviser", ceiling=SC), members=(member("copper"),)),
    "security_adviser": person(posting("security_adviser", ceiling=SC), members=(member("silver", owner=True),)),
    "political_adviser": person(posting("political_adviser", ceiling=SC), members=(member("silver", owner=True),)),
    "human_rights_officer": person(posting("human_rights_officer"), members=(member("copper", until=OVER),)),
    "protection_adviser": person(posting("protection_adviser"), members=(member("copper", until=NOW),)),
    "legal_adviser": person(posting("legal_adviser"), members=(member("copper"),)),
    "force_liaison": person(posting("force_liaison"), members=(member("copper", confirmed=False),)),
    "analyst": person(posting("analyst"), members=(member("copper", since=NOW + timedelta(days=1)),)),
    "pillar_head": person(posting("pillar_head", ceiling=SC), members=(member("copper", owner=True),)),
    "head_of_mission": person(posting("head_of_mission", ceiling=SC), members=(member("copper", owner=True),)),
    "headquarters_desk": person(posting("headquarters_desk", None)),
    "headquarters_policy": person(posting("headquarters_policy", None, ceiling=SC)),
    "information_manager": person(posting("information_manager"), members=(member("copper"),)),
    "auditor": person(posting("auditor")),
}
# People at the edges of the rule.
OTHERS: dict[str, Facts] = {
    "colleague_in_kesi": person(posting("field_staff", office="Kesi")),
    "head_of_kesi": person(posting("head_of_office", office="Kesi", ceiling=SC)),
    "reader_of_the_open": person(posting("analyst", ceiling=U)),
    "serves_two_offices": person(
        posting("field_staff", office="Bria"), posting("head_of_office", office="Kesi", ceiling=U)
    ),
    # Wrote records that are marked above the ceiling in their mission; reads strictly confidential next door.
    "serves_two_missions": person(
        posting("field_staff", office="Bria"), posting("political_adviser", NEXT_DOOR, ceiling=SC)
    ),
    "keeper_here_analyst_there": person(posting("information_manager"), posting("analyst", NEXT_DOOR)),
    "desk_here_auditor_there": person(posting("headquarters_desk", None, ceiling=SC), posting("auditor", NEXT_DOOR)),
    "neighbour": person(posting("field_staff", NEXT_DOOR, "Lumo"), members=(member("slate"),)),
    "head_next_door": person(
        posting("head_of_mission", NEXT_DOOR, ceiling=SC), members=(member("slate", owner=True), member("copper"))
    ),
    "keeper_next_door": person(posting("information_manager", NEXT_DOOR)),
    # Wrote records in Bria, and serves in Kesi now.
    "moved_on": person(posting("field_staff", office="Kesi")),
    # Wrote records in Bria, and serves in another mission now.
    "moved_away": person(posting("field_staff", office="Bria", until=OVER), posting("field_staff", NEXT_DOOR, "Tari")),
    # Wrote most records, and has left.
    "predecessor": person(posting("poc_adviser", ceiling=SC, until=OVER), members=(member("copper"),)),
    "leaving_now": person(posting("security_adviser", ceiling=SC, until=NOW)),
    "starting_now": person(posting("legal_adviser", since=NOW)),
    "coming_tomorrow": person(posting("security_adviser", ceiling=SC, since=NOW + timedelta(days=1))),
    "account_closed": person(
        posting("head_of_mission", ceiling=SC),
        members=(member("copper"),),
        grants=(("let in", SOON),),
        is_active=False,
    ),
    "nobody_yet": person(members=(member("copper"),), grants=(("let in", SOON),), emergencies=(emergency(HOME),)),
    "travels_light": person(
        posting("poc_adviser", ceiling=SC),
        members=(member("copper"),),
        grants=(("let in", SOON),),
        travels_with=U,
    ),
    "travels": person(
        posting("head_of_office", office="Bria", ceiling=SC),
        members=(member("copper"),),
        grants=(("let in", SOON),),
        emergencies=(emergency(HOME),),
        travels_with=C,
    ),
    "travels_as_head": person(posting("head_of_mission", ceiling=SC), members=(member("copper"),), travels_with=C),
    # Records of the other mission, one by one.
    "let_in": person(
        posting("field_staff", NEXT_DOOR, "Lumo"),
        grants=tuple((place, SOON) for place in ("let in", "let in, marked higher", "let in, closely held")),
    ),
    "let_in_until_now": person(
        posting("field_staff", NEXT_DOOR, "Lumo"),
        grants=tuple((place, NOW) for place in ("let in", "let in, marked higher", "let in, closely held")),
    ),
    "let_in_as_desk": person(
        posting("headquarters_desk", None, ceiling=SC), grants=(("let in", SOON), ("let in, marked higher", SOON))
    ),
    "broke_glass_for_one": person(
        posting("field_staff", office="Bria"),
        emergencies=tuple(
            emergency(HOME, place) for place in ("emergency", "emergency, marked higher", "emergency, closely held")
        ),
    ),
    "broke_glass_at_home": person(posting("field_staff", office="Bria"), emergencies=(emergency(HOME),)),
    "broke_glass_for_all": person(*SERVES_HERE_READS_THERE, emergencies=(emergency(HOME),)),
    "broke_glass_low": person(posting("field_staff", office="Bria", ceiling=U), emergencies=(emergency(HOME),)),
    "glass_run_out": person(*SERVES_HERE_READS_THERE, emergencies=(emergency(HOME, until=NOW),)),
    "glass_closed": person(*SERVES_HERE_READS_THERE, emergencies=(emergency(HOME, closed=OVER),)),
    # Their posting where the glass was broken, or where they were let in, has run out by its date.
    "glass_left_behind": person(
        posting("field_staff", office="Bria", until=OVER),
        posting("analyst", NEXT_DOOR, ceiling=SC),
        emergencies=(emergency(HOME),),
    ),
    "let_in_and_left": person(
        posting("field_staff", office="Bria", until=NOW),
        posting("field_staff", NEXT_DOOR, "Lumo"),
        grants=(("let in", SOON),),
    ),
    "desk_let_in_and_left": person(
        posting("headquarters_desk", None, until=OVER),
        posting("field_staff", NEXT_DOOR, "Lumo"),
        grants=(("let in", SOON),),
    ),
    # Another posting there goes on, or theirs ended before anybody let them in.
    "let_in_and_stayed": person(
        posting("human_rights_officer", until=OVER), posting("field_staff", office="Bria"), grants=(("let in", SOON),)
    ),
    "let_in_after_leaving": person(
        posting("field_staff", office="Bria", since=LONG_AGO - timedelta(days=90), until=LONG_AGO),
        posting("field_staff", NEXT_DOOR, "Lumo"),
        grants=(("let in", SOON),),
    ),
    "auditor_on_the_road": person(posting("auditor"), travels_with=U),
    "keeper_on_the_road": person(posting("information_manager"), travels_with=C),
    "desk_on_the_road": person(posting("headquarters_desk", None, ceiling=SC), travels_with=U),
}
PEOPLE = ROLES | OTHERS
# Whoever has not signed in is judged as well.
ANONYMOUS = "anonymous"
