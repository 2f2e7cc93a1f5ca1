"""django-import-export in bulk, run by an environment of its own: `django_import.py URL FILE`."""

import csv
import json
import resource
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.conf import settings


def configure(url):
    """Set Django up for one database and one model."""
    parts = urlsplit(url)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path[1:],
                "USER": parts.username or "",
                "PASSWORD": parts.password or "",
                "HOST": parts.hostname or "",
                "PORT": parts.port or "",
            }
        },
        INSTALLED_APPS=["import_export"],
        USE_TZ=True,
    )
    django.setup()


def main(url, path):
    """Import the file and print rows, seconds and peak memory."""
    configure(url)
    # Django wants to be set up before any of these.
    from django.db import connection, models  # noqa: PLC0415
    from import_export import fields, resources  # noqa: PLC0415
    from tablib import Dataset  # noqa: PLC0415

    class Listing(models.Model):
        reference = models.TextField(primary_key=True)
        ean = models.TextField()
        title = models.TextField()
        description = models.TextField(blank=True)
        image_url = models.TextField(blank=True)
        price = models.DecimalField(max_digits=12, decimal_places=2)
        quantity = models.IntegerField()
        category = models.TextField()

        class Meta:
            app_label = "import_export"
            db_table = "django_listing"

    class Importer(resources.ModelResource):
        reference = fields.Field(attribute="reference", column_name="reference")

        class Meta:
            model = Listing
            import_id_fields = ("reference",)
            use_bulk = True
            batch_size = 500
            skip_diff = True
            clean_model_instances = True

    with connection.schema_editor() as editor:
        editor.create_model(Listing)
    started_at = time.perf_counter()
    with Path(path).open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    result = Importer().import_data(Dataset(*rows, headers=head), raise_errors=True)
    seconds = time.perf_counter() - started_at
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    count = Listing.objects.count()
    assert count == len(rows), result.totals
    print(json.dumps({"rows": count, "seconds": seconds, "peak": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
