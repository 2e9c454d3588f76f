# The environment is built in one image and carried into another, which holds no tools to build with.
FROM python:3.13-slim-trixie AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PROJECT_ENVIRONMENT=/opt/omnichat UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.8
WORKDIR /build
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-install-project
COPY README.md LICENSE ./
COPY omnichat omnichat
RUN uv sync --locked --no-editable

FROM python:3.13-slim-trixie
# The local model needs libgomp1, backups of PostgreSQL its client; Debian keeps no older versions that could be pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 omnichat \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin omnichat \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /opt/omnichat /opt/omnichat
WORKDIR /app
COPY main.py LICENSE ./
COPY services services
COPY components components
COPY pages pages
COPY maintenance maintenance
RUN /opt/omnichat/bin/python -m compileall -q .
ENV PATH=/opt/omnichat/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OMNICHAT_HOST=0.0.0.0 \
    OMNICHAT_PORT=8080 \
    OMNICHAT_DATA_DIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["python", "main.py"]
