"""Promises that the database keeps."""

from django.db.models import CheckConstraint, Q


def all_or_none(*fields: str) -> CheckConstraint:
    """Return a constraint: either every one of these nullable fields is set, or none is."""
    every = Q(**{f"{field}__isnull": False for field in fields})
    none = Q(**{f"{field}__isnull": True for field in fields})
    return CheckConstraint(condition=every | none, name=f"%(class)s_{'_'.join(fields)}_together")
