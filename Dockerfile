# syntax=docker/dockerfile:1
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /knooppunt
# The dependencies first: they change less often than the program, so this layer is kept.
COPY requirements.lock.txt ./
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r requirements.lock.txt \
    && .venv/bin/pip uninstall --yes --quiet pip
COPY fediverse/ fediverse/
COPY actors/ actors/
COPY outbox/ outbox/
COPY inbox/ inbox/
COPY web/ web/
COPY LICENSE starter.toml ./
RUN pwd > "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/knooppunt.pth" \
    && printf '#!/bin/sh\nexec /knooppunt/.venv/bin/python -m web.cli "$@"\n' > .venv/bin/knooppunt \
    && chmod +x .venv/bin/knooppunt \
    && .venv/bin/python -m compileall -q fediverse actors outbox inbox web

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="Knooppunt" \
      org.opencontainers.image.description="Groups of a cooperative on the fediverse: offers, needs and events" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later"
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin knooppunt \
    && install --directory --owner=knooppunt --group=knooppunt --mode=0700 /data
COPY --from=build /knooppunt /knooppunt
ENV PATH=/knooppunt/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    KNOOPPUNT_HOST=0.0.0.0 \
    KNOOPPUNT_PORT=8000 \
    KNOOPPUNT_DATA_DIR=/data
USER 10001
WORKDIR /knooppunt
VOLUME /data
EXPOSE 8000
# «knooppunt serve» finishes the request in hand and stops within ten seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['KNOOPPUNT_PORT'] + '/health', timeout=2)"]
ENTRYPOINT ["knooppunt"]
CMD ["serve"]
