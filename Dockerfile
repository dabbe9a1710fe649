# Parley for an installation: no demonstration, no secrets, not root.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/parley

COPY requirements.lock .
RUN pip install --require-hashes --no-deps --only-binary :all: -r requirements.lock

COPY . .
RUN useradd --system --home-dir /srv/parley parley \
    && PARLEY_SECRET_KEY=only-while-building PARLEY_VAULT_KEY=only-while-building PARLEY_AUDIT_KEY=only-while-building PARLEY_AUDIT_SIGNING_KEY=only-while-building python manage.py compile_translations \
    && PARLEY_SECRET_KEY=only-while-building PARLEY_VAULT_KEY=only-while-building PARLEY_AUDIT_KEY=only-while-building PARLEY_AUDIT_SIGNING_KEY=only-while-building python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir -p -m 700 var/vault var/audit \
    && chown -R parley var

USER parley
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--config", "python:config.gunicorn_logs", "--no-control-socket"]
