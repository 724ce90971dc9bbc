# syntax=docker/dockerfile:1

# One image for all apps: which one it is says the command.
#   docker build -t clipfleet .
#   docker run clipfleet apps/planner/dist/bundle.js
ARG NODE_VERSION=20

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
# the packages first: a change of sources does not install them again
COPY package.json package-lock.json .npmrc ./
COPY apps/gateway/package.json apps/gateway/
COPY apps/planner/package.json apps/planner/
COPY apps/segment-worker/package.json apps/segment-worker/
COPY apps/thumb-worker/package.json apps/thumb-worker/
COPY apps/transcode-worker/package.json apps/transcode-worker/
COPY libs/contracts/package.json libs/contracts/
COPY libs/ffmpeg/package.json libs/ffmpeg/
COPY libs/isobmff/package.json libs/isobmff/
COPY libs/jetstream/package.json libs/jetstream/
COPY libs/ledger/package.json libs/ledger/
COPY libs/local-stack/package.json libs/local-stack/
COPY libs/mpegts/package.json libs/mpegts/
COPY libs/object-store/package.json libs/object-store/
COPY libs/platform/package.json libs/platform/
COPY libs/testing/package.json libs/testing/
COPY libs/timeline/package.json libs/timeline/
COPY tools/cli/package.json tools/cli/
COPY bench/package.json bench/
COPY acceptance/package.json acceptance/
COPY deploy/package.json deploy/
COPY load/package.json load/
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
# without what only builds and tests need: the embedded Postgres is an optional package
RUN npm run build && npm prune --omit=dev --omit=optional

FROM node:${NODE_VERSION}-bookworm-slim AS runtime
RUN apt-get update \
  && apt-get install -y --no-install-recommends ffmpeg \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /scratch /store
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/libs ./libs
COPY --from=build /app/apps ./apps
COPY --from=build /app/tools/cli ./tools/cli
ENV NODE_ENV=production \
  CLIPFLEET_OPS_PORT=9090 \
  CLIPFLEET_SCRATCH_PATH=/scratch
# as a number, so that Kubernetes can see that it is not root
USER 1000:1000
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
# node is process 1 and ends by itself on SIGTERM; no shell in between that would keep the signal
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.CLIPFLEET_OPS_PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# the same options as the local stack's, and tested to be: half of Node's usual young generation is 10 MB less in each app
ENTRYPOINT ["node", "--max-semi-space-size=8"]
# a gateway has a larger one: the last one counts
CMD ["--max-semi-space-size=32", "apps/gateway/dist/bundle.js"]
