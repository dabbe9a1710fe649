"""What people read on a page, and how they type a day into one."""

from datetime import date

from django.http import HttpResponse


def text_of(response: HttpResponse) -> str:
    """Return the words of a page that was found."""
    assert response.status_code == 200
    return response.content.decode()


def typed_day(name: str, day: date) -> dict[str, str]:
    """Write a day into its three inputs."""
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}
