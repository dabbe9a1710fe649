"""How every form is drawn: one field template, errors between hint and control, and no browser validation."""

from functools import cached_property
from pathlib import Path
from typing import Any

import django.forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.forms.renderers import BaseRenderer
from django.template.backends.django import DjangoTemplates


class ParleyBoundField(BoundField):
    """A field in a form, as Parley's templates need it."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        """Leave `required` out, so that the server's plain sentences speak instead of the browser's."""
        built = super().build_widget_attrs(attrs, widget)
        for subwidget in getattr(self.field.widget, "widgets", []):
            subwidget.attrs.pop("required", None)
        built.pop("required", None)
        return built

    @property
    def aria_describedby(self) -> str:
        """Name the hint, the error and the character count of this field."""
        described = super().aria_describedby or ""
        return f"{described} {self.auto_id}-count".strip() if self.max_characters else described

    @property
    def max_characters(self) -> str:
        """Return the guide length of a long text, for its counter."""
        return str(self.field.widget.attrs.get("data-max", ""))

    @property
    def anchor(self) -> str:
        """Return the id of the first control, where the error summary leads."""
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label


class ParleyRenderer(BaseRenderer):
    """Draws forms from templates/django/forms, then from Django's own."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = ParleyBoundField

    @cached_property
    def engine(self) -> DjangoTemplates:
        """Return an engine with the project's templates before Django's own."""
        own = Path(settings.BASE_DIR) / "templates"
        built_in = Path(django.forms.__file__).parent / "templates"
        builtins = ["django.templatetags.i18n", "config.ui_tags"]
        return DjangoTemplates(
            {"NAME": "forms", "APP_DIRS": False, "DIRS": [own, built_in], "OPTIONS": {"builtins": builtins}}
        )

    def get_template(self, template_name: str) -> Any:
        """Find a form template."""
        return self.engine.get_template(template_name)
