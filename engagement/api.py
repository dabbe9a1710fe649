"""The programming interface: the same visibility rule, the same 404, references in place of keys."""

from typing import Any

from rest_framework import serializers, viewsets
from rest_framework.routers import SimpleRouter

from engagement.models import Assessment, Contact, Request
from engagement.services.sealing import sealed_for
from missions.access import Access, ScopedQuerySet, names_seen
from nsags.models import Group

# In place of the reference of a group that the reader may not see; the same in every language.
HELD_BACK = "held back"


class FiguresSerializer(serializers.ModelSerializer[Assessment]):
    """What the model made of the facts; the rule's advice stays sealed here as on the page."""

    risks = serializers.SerializerMethodField()
    protection = serializers.SerializerMethodField()

    class Meta:
        model = Assessment
        fields = ("ruleset", "ruleset_hash", "risks", "protection", "authority", "assessed_at")

    def get_risks(self, assessment: Assessment) -> dict[str, dict[str, Any]]:
        """Return score, plausible range and band of the three risks, never added up."""
        return {risk: _figure(row) for risk, row in assessment.result["risks"].items()}

    def get_protection(self, assessment: Assessment) -> dict[str, Any]:
        """Return score, plausible range and band of the protection case."""
        return _figure(assessment.result["protection"])


def _figure(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("score", "low", "high", "band")}


class NamesGroup(serializers.ModelSerializer[Any]):
    """A record about a group, which it names to those alone who may see the group as well."""

    mission = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    group = serializers.SerializerMethodField()

    def get_group(self, record: Request | Contact) -> str | None:
        """Return the reference of the group, that it is held back, or nothing where it is not known."""
        return self.context["groups"].get(record.group_id, HELD_BACK) if record.group_id else None


class RequestSerializer(NamesGroup):
    """A request with its present figures, unless they are sealed for this reader."""

    assessment = FiguresSerializer(read_only=True)

    class Meta:
        model = Request
        fields = (
            "reference",
            "mission",
            "group",
            "title",
            "status",
            "version",
            "marking",
            "submitted_at",
            "decide_by",
            "assessment",
        )

    def to_representation(self, record: Request) -> dict[str, Any]:
        """Leave the figures out where the reader has still to rate the risks without having seen them."""
        row = super().to_representation(record)
        return row | {"assessment": None} if record.pk in self.context["sealed"] else row


class ContactSerializer(NamesGroup):
    """A logged contact."""

    class Meta:
        model = Contact
        fields = ("reference", "mission", "group", "path", "modality", "happened_at", "place", "summary", "marking")


class VisibleViewSet(viewsets.ReadOnlyModelViewSet[Any]):
    """Lists and shows records that the person may see; what they may not see does not exist."""

    model: type[Any]
    lookup_field = "reference"
    related: tuple[str, ...] = ("mission",)

    @property
    def access(self) -> Access:
        """Return what the reader may see, as the middleware read it."""
        access: Access = self.request.access  # type: ignore[attr-defined]
        return access

    def get_queryset(self) -> ScopedQuerySet:
        """Start from the one rule."""
        queryset: ScopedQuerySet = self.model.objects.visible_to(self.access)
        return queryset.select_related(*self.related).order_by("-created_at", "reference")

    def get_serializer(self, found: Any, many: bool = False, **options: Any) -> serializers.BaseSerializer[Any]:
        """Ask once, for one record or a page of them, what this reader may know besides."""
        records = list(found) if many else [found]
        context = {**self.get_serializer_context(), **self.known_to(self.access, records)}
        return super().get_serializer(records if many else found, many=many, context=context, **options)

    def known_to(self, access: Access, records: list[Any]) -> dict[str, Any]:
        """Return the groups of these records that the reader may see."""
        return {"groups": names_seen(access, Group, (record.group_id for record in records))}


class RequestViewSet(VisibleViewSet):
    """Requests for dialogue."""

    model = Request
    serializer_class = RequestSerializer
    related = ("mission", "assessment")

    def known_to(self, access: Access, records: list[Any]) -> dict[str, Any]:
        """Add which of these requests are sealed."""
        return {**super().known_to(access, records), "sealed": sealed_for(access, records)}


class ContactViewSet(VisibleViewSet):
    """Contacts."""

    model = Contact
    serializer_class = ContactSerializer


router = SimpleRouter()
router.register("requests", RequestViewSet, basename="request")
router.register("contacts", ContactViewSet, basename="contact")
urlpatterns = router.urls
