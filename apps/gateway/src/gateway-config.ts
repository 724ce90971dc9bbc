import { MAX_OUTPUT_EXPIRES_MS, MIN_OUTPUT_EXPIRES_MS } from '@clipfleet/contracts';
import { storeConfigSchema } from '@clipfleet/object-store';
import {
  baseVariables,
  type Config,
  defineConfig,
  encodingVariables,
  fleetVariables,
  flagVariable,
  integerVariable,
  optional,
  portVariable,
  storesVariable,
  textVariable,
  urlVariable,
} from '@clipfleet/platform';
import { PLAYER_ORIGINS } from './http/player-origins.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MIB = 1024 * 1024;

const http = {
  httpHost: textVariable('CLIPFLEET_HTTP_HOST', { default: '0.0.0.0', description: 'Address of the HTTP API.' }),
  httpPort: portVariable('CLIPFLEET_HTTP_PORT', {
    default: 8080,
    description: 'Port of the HTTP API. 0: any free one, told in the log.',
  }),
  publicUrl: urlVariable('CLIPFLEET_PUBLIC_URL', {
    default: 'http://127.0.0.1:8080',
    protocols: ['http', 'https'],
    secret: false,
    description: 'Address of the gateway for clients: signed addresses of files begin with it.',
  }),
  signingSecret: textVariable('CLIPFLEET_SIGNING_SECRET', {
    secret: true,
    pattern: /^.{16,}$/,
    description: 'Secret of signed file addresses, 16 characters or more, the same for all gateways.',
  }),
  accessTokenTtlMs: integerVariable('CLIPFLEET_ACCESS_TOKEN_TTL_MS', {
    default: DAY_MS,
    min: SECOND_MS,
    max: 365 * DAY_MS,
    description: 'How long a token is good that a client exchanged its secret for.',
  }),
  filesStore: optional(
    textVariable('CLIPFLEET_FILES_STORE', {
      description: 'The store that keeps the files of the file API. Default: the first one.',
    }),
  ),
  filesBucket: textVariable('CLIPFLEET_FILES_BUCKET', {
    default: 'clipfleet-files',
    description: 'The bucket of those files.',
  }),
  maxFileBytes: integerVariable('CLIPFLEET_MAX_FILE_BYTES', {
    default: 5 * 1024 * MIB,
    min: MIB,
    max: 1024 * 1024 * MIB,
    description: 'Larger files are refused while they are uploaded.',
  }),
  snapshotWaitMs: integerVariable('CLIPFLEET_SNAPSHOT_WAIT_MS', {
    default: 8 * SECOND_MS,
    min: 0,
    max: MINUTE_MS,
    description: 'How long a video-snapshot waits for its picture before it answers that it is pending.',
  }),
  playerOrigins: textVariable('CLIPFLEET_PLAYER_ORIGINS', {
    default: '*',
    pattern: PLAYER_ORIGINS,
    description:
      'Origins whose pages may play files (CORS of /cdn and /files): `*`, `none`, or some with commas between them.',
  }),
  maxBodyBytes: integerVariable('CLIPFLEET_MAX_BODY_BYTES', {
    default: 2 * MIB,
    min: 1024,
    max: 64 * MIB,
    description: 'Larger request bodies are refused.',
  }),
  maxRequestsPerSecond: integerVariable('CLIPFLEET_MAX_REQUESTS_PER_SECOND', {
    default: 1_000,
    min: 1,
    max: 1_000_000,
    description:
      'Requests of one tenant that one gateway answers, on average over 5 s, where its own limits do not say otherwise. Beyond it answers 429.',
  }),
} as const;

const ledger = {
  databaseUrl: urlVariable('CLIPFLEET_DATABASE_URL', {
    protocols: ['postgres', 'postgresql'],
    description: 'The Postgres database of the ledger.',
  }),
  databasePoolSize: integerVariable('CLIPFLEET_DATABASE_POOL_SIZE', {
    default: 16,
    min: 4,
    max: 500,
    description: 'Connections of one gateway to the database.',
  }),
  migrate: flagVariable('CLIPFLEET_MIGRATE', {
    default: true,
    description:
      'Bring the database schema up to date at start. Any number of gateways may do it at once. Off: the start waits for who does.',
  }),
} as const;

const exports = {
  pollWindowMs: integerVariable('CLIPFLEET_POLL_WINDOW_MS', {
    default: 10 * MINUTE_MS,
    min: SECOND_MS,
    max: 30 * DAY_MS,
    description: 'How long a completed export answers the same request; after that it is made anew.',
  }),
  failedWindowMs: integerVariable('CLIPFLEET_FAILED_POLL_WINDOW_MS', {
    default: MINUTE_MS,
    min: SECOND_MS,
    max: 30 * DAY_MS,
    description: 'The same for failed and cancelled exports.',
  }),
  maxActiveExports: integerVariable('CLIPFLEET_MAX_ACTIVE_EXPORTS', {
    default: 20_000,
    min: 1,
    max: 1_000_000,
    description:
      'Unfinished exports of one tenant, where its own limits do not say otherwise; more are refused. An import of 10,000 is not: what ' +
      'is accepted waits in the ledger, and tenants take turns.',
  }),
  maxRunningExports: integerVariable('CLIPFLEET_MAX_RUNNING_EXPORTS', {
    default: 256,
    min: 1,
    max: 100_000,
    description: 'Exports that are worked on at one time; the others wait in the ledger, and tenants take turns.',
  }),
  maxRunningExportsOfTenant: integerVariable('CLIPFLEET_MAX_RUNNING_EXPORTS_OF_TENANT', {
    default: 256,
    min: 1,
    max: 100_000,
    description: 'The same of one tenant, where its own limits do not say otherwise.',
  }),
  maxAttempts: integerVariable('CLIPFLEET_MAX_ATTEMPTS', {
    default: 5,
    min: 1,
    max: 25,
    description: 'Failed attempts at one piece of work after which the export fails.',
  }),
  maxGenerations: integerVariable('CLIPFLEET_MAX_GENERATIONS', {
    default: 3,
    min: 1,
    max: 20,
    description: 'How often an export is begun: again when what it stands on is lost, like its multipart upload.',
  }),
  exportDeadlineMs: integerVariable('CLIPFLEET_EXPORT_DEADLINE_MS', {
    default: 26 * HOUR_MS,
    min: SECOND_MS,
    max: 30 * DAY_MS,
    description: 'Exports that have not ended so long after their acceptance fail.',
  }),
  exportSloMs: integerVariable('CLIPFLEET_EXPORT_SLO_MS', {
    default: MINUTE_MS,
    min: 100,
    max: DAY_MS,
    description:
      'Completed within it counts as met in clipfleet_export_slo_total, and it may take longer by a part of its media. It begins when the last of the recording is there.',
  }),
  exportSloCopyPercent: integerVariable('CLIPFLEET_EXPORT_SLO_COPY_PERCENT', {
    default: 5,
    min: 0,
    max: 1000,
    description:
      'So much of its media time a ts, mp4, mov or storyboard that copies may take beside CLIPFLEET_EXPORT_SLO_MS.',
  }),
  exportSloEncodePercent: integerVariable('CLIPFLEET_EXPORT_SLO_ENCODE_PERCENT', {
    default: 100,
    min: 0,
    max: 10_000,
    description: 'The same of one that is encoded.',
  }),
  retentionMs: integerVariable('CLIPFLEET_RETENTION_MS', {
    default: 30 * DAY_MS,
    min: MINUTE_MS,
    max: 3650 * DAY_MS,
    description: 'How long ended exports are listed. Their objects are not touched: those have a time of their own.',
  }),
  outputExpiresMs: integerVariable('CLIPFLEET_OUTPUT_EXPIRES_MS', {
    default: 0,
    min: 0,
    max: MAX_OUTPUT_EXPIRES_MS,
    description: `How long the output of an export stays after its completion, where the request does not say: ${MIN_OUTPUT_EXPIRES_MS} or more. 0: for good. Files of the file API stay.`,
  }),
} as const;

const maintenance = {
  outboxPollMs: integerVariable('CLIPFLEET_OUTBOX_POLL_MS', {
    default: SECOND_MS,
    min: 10,
    max: MINUTE_MS,
    description: 'How often the outbox is looked at for messages that a crash left behind.',
  }),
  sweepMs: integerVariable('CLIPFLEET_SWEEP_MS', {
    default: 15 * SECOND_MS,
    min: 50,
    max: HOUR_MS,
    description: 'How often one of the gateways looks for exports that stand still, lost uploads and old rows.',
  }),
  stallMs: integerVariable('CLIPFLEET_STALL_MS', {
    default: 5 * MINUTE_MS,
    min: 100,
    max: DAY_MS,
    description: 'An export on which nothing happened for so long is looked at; lost messages are sent again.',
  }),
  uploadGraceMs: integerVariable('CLIPFLEET_UPLOAD_GRACE_MS', {
    default: MINUTE_MS,
    min: 100,
    max: DAY_MS,
    description: 'Multipart uploads that no export owns are aborted when they are older.',
  }),
  gatewayConcurrency: integerVariable('CLIPFLEET_GATEWAY_CONCURRENCY', {
    default: 8,
    min: 1,
    max: 256,
    description: 'Messages of one kind (plans, completions, assemblies) that one gateway handles at once.',
  }),
} as const;

const variables = {
  ...baseVariables,
  stores: storesVariable(storeConfigSchema),
  ...http,
  ...ledger,
  ...exports,
  ...maintenance,
  ...encodingVariables,
  ...fleetVariables,
} as const;

export const gatewayConfigSchema = defineConfig(variables, [
  ({ stallMs, exportDeadlineMs }) =>
    stallMs > exportDeadlineMs ? 'CLIPFLEET_STALL_MS is longer than CLIPFLEET_EXPORT_DEADLINE_MS' : undefined,
  ({ outputExpiresMs }) =>
    outputExpiresMs > 0 && outputExpiresMs < MIN_OUTPUT_EXPIRES_MS
      ? `CLIPFLEET_OUTPUT_EXPIRES_MS is neither 0 nor ${MIN_OUTPUT_EXPIRES_MS} or more`
      : undefined,
]);
export type GatewayConfig = Config<typeof variables>;

/** Injection token of the configuration: `@Inject(GATEWAY_CONFIG) config: GatewayConfig`. */
export const GATEWAY_CONFIG = Symbol('gateway config');
