"""Addresses of requests, advice, decisions and contacts: references only, never names."""

from django.urls import URLPattern

app_name = "engagement"

# / and /requests/<reference>/...: asking
request_urls: list[URLPattern] = []

# /requests/<reference>/..., /advice/, /approvals/: advising and deciding
decision_urls: list[URLPattern] = []

# /contacts/..., /commitments/...: talking
contact_urls: list[URLPattern] = []

urlpatterns = [*request_urls, *decision_urls, *contact_urls]
