# warchive in an image: docker run --read-only --volume archive:/data warchive crawl
#
# Everything that is written lies in /data, the one volume: warchive.toml, sources/, state/ and, unless it is S3, store/.

# The full image to build in: on machines for which a package of pywb has no wheel it is compiled.
FROM python:3.11.14-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/warchive
# The dependencies first, by their hashes: a change of the code does not install them again.
COPY requirements.lock ./
RUN /opt/warchive/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE warchive.py ./
COPY archive archive
COPY pipelines pipelines
COPY crawler crawler
# Compiled here, since the image is read-only where it runs.
RUN /opt/warchive/bin/pip install --no-cache-dir --no-deps . \
    && /opt/warchive/bin/python -m compileall -q /opt/warchive/lib \
    && /opt/warchive/bin/warchive --help >/dev/null
# pywb in an environment of its own, by the hashes of the lock that warchive carries.
RUN WARCHIVE_REPLAY_ENV=/opt/replay /opt/warchive/bin/warchive replay --setup \
    && /opt/replay/bin/python -m compileall -q /opt/replay/lib

FROM python:3.11.14-slim-bookworm
LABEL org.opencontainers.image.title="warchive" \
      org.opencontainers.image.description="Keeps what news sites served, byte for byte, and hands on the clean text" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 warchive \
    && useradd --uid 10001 --gid warchive --no-create-home --home-dir /data --shell /usr/sbin/nologin warchive \
    && install --directory --owner=warchive --group=warchive --mode=0750 /data
COPY --from=build /opt/warchive /opt/warchive
COPY --from=build /opt/replay /opt/replay
# HOME and TMPDIR are on the volume: nothing else can be written.
ENV PATH=/opt/warchive/bin:$PATH \
    HOME=/data \
    WARCHIVE_REPLAY_ENV=/opt/replay \
    TMPDIR=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
# warchive replay --host 0.0.0.0: our pages and archived pages. Publish both under the same numbers.
EXPOSE 8080 8081
HEALTHCHECK --interval=5m --timeout=60s --start-period=30s --retries=3 CMD ["warchive", "doctor", "--quiet"]
# No shell in between: signals reach warchive, which then stops cleanly and publishes what it has.
ENTRYPOINT ["warchive"]
CMD ["--help"]
