"""Addresses of requests, advice, decisions and contacts: references only, never names."""

from django.urls import URLPattern, path

from engagement.views import (
    advice,
    contacts,
    decisions,
    dialogue,
    drafts,
    emergencies,
    exports,
    identities,
    reading,
    request_page,
    requests,
    sharing,
    sources,
    work,
)

app_name = "engagement"

# / and /requests/<reference>/...: asking
request_urls: list[URLPattern] = [
    path("", work.work, name="work"),
    path("seen/", work.seen, name="seen"),
    path("requests/", requests.requests, name="requests"),
    path("requests/start/", requests.start, name="start"),
    path("requests/<str:reference>/edit/", requests.edit, name="edit"),
    path("requests/<str:reference>/edit/<slug:section>/", requests.section, name="section"),
    path("requests/<str:reference>/preview/", requests.preview, name="preview"),
    path("requests/<str:reference>/check/", requests.check, name="check"),
    path("requests/<str:reference>/submit/", requests.submit, name="submit"),
    path("requests/<str:reference>/withdraw/", requests.withdraw, name="withdraw"),
    path("requests/<str:reference>/reopen/", requests.reopen, name="reopen"),
    path("requests/<str:reference>/lift-block/", requests.lift_block, name="lift_block"),
    path("requests/<str:reference>/changes/", reading.changes, name="changes"),
    path("requests/<str:reference>/history/", reading.history, name="history"),
    path("library/", reading.library, name="library"),
    path("risk/", reading.risk_method, name="risk_method"),
    path("drafts/<slug:form>/", drafts.draft, name="draft"),
]

# /requests/<reference>/..., /advice/, /approvals/: advising and deciding
decision_urls: list[URLPattern] = [
    path("requests/<str:reference>/", request_page.request_page, name="request"),
    path("requests/<str:reference>/paper/", request_page.paper, name="paper"),
    path("requests/<str:reference>/advise/", advice.advise, name="advise"),
    path("requests/<str:reference>/decide/", decisions.decide, name="decide"),
    path("requests/<str:reference>/decided/", decisions.decided, name="decided"),
    path("requests/<str:reference>/take-up/", decisions.take_up, name="take_up"),
    path("requests/<str:reference>/measures/<str:code>/verify/", advice.verify_measure, name="verify_measure"),
    path("requests/<str:reference>/gates/<str:gate>/", advice.answer_gate, name="answer_gate"),
    path("requests/<str:reference>/revise/", advice.revise, name="revise"),
    path("requests/<str:reference>/levels/<str:factor>/", advice.settle_level, name="settle_level"),
    path("advice/", advice.advice, name="advice"),
    path("approvals/", decisions.approvals, name="approvals"),
    path("approvals/print/", decisions.approvals_print, name="approvals_print"),
]

# /contacts/..., /commitments/...: talking
contact_urls: list[URLPattern] = [
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/new/", contacts.log_contact, name="log_contact"),
    path("contacts/unplanned/", contacts.log_unplanned, name="log_unplanned"),
    path("contacts/screen/", contacts.screen, name="screen"),
    path("contacts/<str:reference>/", contacts.contact, name="contact"),
    path("contacts/<str:reference>/safety/", contacts.note_safety, name="note_safety"),
    path("contacts/<str:reference>/classify/", contacts.classify, name="classify"),
    path("contacts/<str:reference>/commitments/new/", contacts.record_commitment, name="record_commitment"),
    path("commitments/", contacts.commitments, name="commitments"),
    path("commitments/<uuid:commitment>/check/", contacts.check_commitment, name="check_commitment"),
    path("requests/<str:reference>/suspend/", dialogue.suspend, name="suspend"),
    path("requests/<str:reference>/resume/", dialogue.resume, name="resume"),
    path("requests/<str:reference>/conclude/", dialogue.conclude, name="conclude"),
]

# /requests/<reference>/access/, /emergencies/..., /exports/...: opening, and taking out
opening_urls: list[URLPattern] = [
    path("requests/<str:reference>/access/", sharing.access, name="access"),
    path("requests/<str:reference>/access/<uuid:person>/withdraw/", sharing.withdraw_access, name="withdraw_access"),
    path("emergencies/", emergencies.emergencies, name="emergencies"),
    path("emergencies/new/", emergencies.open_emergency, name="open_emergency"),
    path("emergencies/<uuid:emergency>/", emergencies.emergency, name="emergency"),
    path("emergencies/<uuid:emergency>/close/", emergencies.close_emergency, name="close_emergency"),
    path("emergencies/<uuid:emergency>/review/", emergencies.review_emergency, name="review_emergency"),
    path("exports/", exports.exports, name="exports"),
    path("exports/new/", exports.export, name="export"),
]

# /sources/...: who is known by a code name only
source_urls: list[URLPattern] = [
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", sources.add_source, name="add_source"),
    path("sources/<str:reference>/", sources.source, name="source"),
    path("sources/<str:reference>/consent/", sources.record_consent, name="record_consent"),
    path("sources/<str:reference>/consent/withdraw/", sources.withdraw_consent, name="withdraw_consent"),
    path("sources/<str:reference>/risk/", sources.assess_source, name="assess_source"),
    path("sources/<str:reference>/identity/", identities.store_identity, name="store_identity"),
    path("sources/<str:reference>/reveals/new/", identities.ask_reveal, name="ask_reveal"),
    path("sources/<str:reference>/reveals/<uuid:reveal>/", identities.answer_reveal, name="answer_reveal"),
    path("sources/<str:reference>/reveals/<uuid:reveal>/open/", identities.open_reveal, name="open_reveal"),
    path("sources/<str:reference>/destroy/", identities.ask_shredding, name="ask_shredding"),
    path("sources/<str:reference>/destroy/<uuid:shredding>/", identities.answer_shredding, name="answer_shredding"),
]

urlpatterns = [*request_urls, *decision_urls, *contact_urls, *opening_urls, *source_urls]
