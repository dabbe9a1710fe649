"""The programming interface: the same visibility rule, the same 404, references in place of keys."""

from typing import Any

from rest_framework import serializers, viewsets
from rest_framework.routers import SimpleRouter

from engagement.models import Assessment, Contact, Request
from engagement.services.sealing import sealed_for
from missions.access import Access, ScopedQuerySet


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


class RequestSerializer(serializers.ModelSerializer[Request]):
    """A request with its present figures, unless they are sealed for this reader."""

    mission = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    group = serializers.SlugRelatedField[Any](slug_field="reference", read_only=True)
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


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """A logged contact."""

    mission = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    group = serializers.SlugRelatedField[Any](slug_field="reference", read_only=True)

    class Meta:
        model = Contact
        fields = ("reference", "mission", "group", "path", "modality", "happened_at", "place", "summary", "marking")


class VisibleViewSet(viewsets.ReadOnlyModelViewSet[Any]):
    """Lists and shows records that the person may see; what they may not see does not exist."""

    model: type[Any]
    lookup_field = "reference"
    related: tuple[str, ...] = ("mission", "group")

    def get_queryset(self) -> ScopedQuerySet:
        """Start from the one rule."""
        access: Access = self.request.access  # type: ignore[attr-defined]
        queryset: ScopedQuerySet = self.model.objects.visible_to(access)
        return queryset.select_related(*self.related).order_by("-created_at", "reference")


class RequestViewSet(VisibleViewSet):
    """Requests for dialogue."""

    model = Request
    serializer_class = RequestSerializer
    related = ("mission", "group", "assessment")

    def get_serializer(self, found: Any, many: bool = False, **options: Any) -> serializers.BaseSerializer[Any]:
        """Ask once, for one request or a page of them, which are sealed."""
        records = list(found) if many else [found]
        access: Access = self.request.access  # type: ignore[attr-defined]
        context = {**self.get_serializer_context(), "sealed": sealed_for(access, records)}
        return RequestSerializer(records if many else found, many=many, context=context, **options)


class ContactViewSet(VisibleViewSet):
    """Contacts."""

    model = Contact
    serializer_class = ContactSerializer


router = SimpleRouter()
router.register("requests", RequestViewSet, basename="request")
router.register("contacts", ContactViewSet, basename="contact")
urlpatterns = router.urls
