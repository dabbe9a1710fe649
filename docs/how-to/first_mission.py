from django.utils import timezone

from accounts.models import User
from missions import services
from missions.models import Area, Office
from missions.postings import access_for
from missions.roles import Role

now = timezone.now()

manager = User.objects.create_user("m.jensen", name="M. Jensen", email="m.jensen@un.example")
User.objects.create_user("a.field", name="A. Field", email="a.field@un.example")
desk = User.objects.create_user("h.desk", name="H. Desk", email="h.desk@un.example")

mission = services.open_mission(
    code="UNMIX",
    name="United Nations Mission in X",
    name_fr="Mission des Nations Unies en X",
    host_state="X",
    timezone="Africa/Bangui",
    duty_contact="Duty officer, extension 4040",
    information_manager=manager,
    at=now,
)
area = Area.objects.create(mission=mission, name="North", pcode="XX01")
Office.objects.create(mission=mission, name="North", area=area)

# Nobody at headquarters belongs to a mission, so the page of postings does not offer it.
services.open_posting(
    user=desk, mission=None, role=Role.HEADQUARTERS_DESK, starts_at=now, by=access_for(manager, now), at=now
)
