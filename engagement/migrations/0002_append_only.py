from django.db import migrations

from audit.append_only import append_only

# What was known, advised and decided is added and never changed.
TABLES = (
    "engagement_submission",
    "engagement_assessment",
    "engagement_rating",
    "engagement_advice",
    "engagement_decision",
    "engagement_recordedlevel",
)


class Migration(migrations.Migration):
    dependencies = [("engagement", "0001_initial")]

    operations = [append_only(table) for table in TABLES]
