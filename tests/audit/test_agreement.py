"""Whatever people do through the services, the log and the records agree: before it is sealed, and afterwards."""

import pytest

from audit import sealing, verifying
from audit.models import Event
from tests.audit.a_long_day import Day

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_no_service_changes_a_record_without_an_event(cast, at):
    sealing.seal(at)
    assert verifying.verify().findings == ()
    wrong = []
    for piece in Day(at).pieces():
        before = Event.objects.filter(seal=None).count()
        unsealed = verifying.verify()
        sealing.seal(at)
        sealed = verifying.verify()
        if not before or unsealed.findings or sealed.findings:
            wrong.append((piece, before, *map(str, unsealed.findings + sealed.findings)))

    assert wrong == []
