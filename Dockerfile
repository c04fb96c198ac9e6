# Three stages: the font, the packages and static files, and the small image that runs.
FROM node:20-bookworm-slim AS font
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends gettext \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# Packages change less often than the app: their own layer.
COPY requirements.txt requirements-uv.txt ./
RUN python -m venv .venv \
    && .venv/bin/pip install --require-hashes -r requirements-uv.txt \
    && .venv/bin/uv pip install --require-hashes --compile-bytecode \
        --python .venv/bin/python -r requirements.txt \
    && .venv/bin/pip uninstall --yes uv
COPY . .
COPY --from=font /app/node_modules node_modules
RUN .venv/bin/python -m bin.font && rm -rf node_modules \
    && if [ -d locale ]; then .venv/bin/python manage.py compilemessages; fi \
    && .venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && .venv/bin/python -m compileall -q . -x '/\.venv/' \
    # A checkout made with umask 077 would be closed to the user that runs it.
    && chmod -R a+rX .

FROM python:3.12-slim-bookworm
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Pango and a typeface draw the bag labels (bin/pango.py names the packages as well).
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
        libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --no-create-home app
WORKDIR /app
# Owned by root and not writable by the app: a hole in the app cannot change the app.
COPY --from=build /app /app
RUN mkdir -p var/media && chown app:app var/media
USER app
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["gunicorn", "-c", "deploy/gunicorn.py", "-b", "0.0.0.0:8000", "infusion_coord.wsgi:application"]
