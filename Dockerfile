# Tanya for production: one image for `tanya serve`, `tanya worker` and every other command.
# No Node, no compiler and no emulator are in the last stage. See docs/deploy/.

FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/tanya
# The packages first: they change more rarely than the sources, and are then not fetched anew.
COPY requirements.txt ./
RUN /opt/tanya/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.txt
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY backend backend
COPY webapp webapp
# The build fetches Node for itself, in an environment that it throws away.
RUN /opt/tanya/bin/pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .
RUN /opt/tanya/bin/pip install --no-cache-dir --no-deps /wheels/tanya-*.whl
RUN /opt/tanya/bin/pip uninstall --yes pip

FROM python:3.13-slim
# What the local model's library needs of the system.
RUN apt-get update && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin tanya \
    && install --directory --owner=tanya --group=tanya --mode=700 /data
COPY --from=build /opt/tanya /opt/tanya
ENV PATH=/opt/tanya/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    TANYA_MODE=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/live', timeout=4)"]
CMD ["tanya", "serve"]
