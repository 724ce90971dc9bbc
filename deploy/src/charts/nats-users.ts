import {
  answerSubject,
  ENDED_BUCKET,
  endedKeySubject,
  EVENT_STREAM,
  eventSubject,
  liveSubject,
  WORK_STREAM,
  workSubject,
} from '@clipfleet/contracts';
import { type AppName, NATS_ACCOUNT } from '@clipfleet/local-stack';
import { stringify } from 'yaml';

/** What one app may send and hear at NATS; all else is refused. */
export interface NatsPermissions {
  publish: readonly string[];
  subscribe: readonly string[];
}

const ENDED_STREAM = `KV_${ENDED_BUCKET}`;
const STREAMS = [WORK_STREAM, EVENT_STREAM, ENDED_STREAM];

const api = (...words: readonly string[]): string => ['$JS.API', ...words].join('.');

/** Whether streams and consumers are there, and how much they hold. */
const LOOKING = [
  api('INFO'),
  ...STREAMS.map((stream) => api('STREAM.INFO', stream)),
  ...STREAMS.map((stream) => api('CONSUMER.INFO', stream, '*')),
];

/** The second form is that of servers that name their domain. */
const acks = (place: string): string[] => [`$JS.ACK.${place}.>`, `$JS.ACK.*.*.${place}.>`];

/** One's own consumer of a stream of work. */
const taking = (stream: string, durable: string): string[] => [
  api('CONSUMER.MSG.NEXT', stream, durable),
  ...acks(`${stream}.${durable}`),
];

/** The exports that have ended, as they end: a consumer for as long as one looks. */
const FOLLOWING_ENDED = [
  api('CONSUMER.CREATE', ENDED_STREAM, '>'),
  api('CONSUMER.DELETE', ENDED_STREAM, '*'),
  api('CONSUMER.MSG.NEXT', ENDED_STREAM, '*'),
  `$JS.FC.${ENDED_STREAM}.>`,
];

const hearing = (app: AppName): string => `_INBOX.${app}.>`;

const worker = (app: AppName, durable: string, tells: readonly string[]): NatsPermissions => ({
  publish: [
    ...LOOKING,
    ...FOLLOWING_ENDED,
    ...taking(WORK_STREAM, durable),
    eventSubject.attemptFailed,
    eventSubject.workReturned,
    ...tells,
  ],
  subscribe: [hearing(app)],
});

/** It alone makes streams and consumers, publishes work, and takes messages out. */
const gateway: NatsPermissions = {
  publish: [
    ...LOOKING,
    ...['STREAM.CREATE', 'STREAM.UPDATE', 'STREAM.MSG.GET', 'STREAM.MSG.DELETE', 'DIRECT.GET'].flatMap((verb) =>
      STREAMS.map((stream) => api(verb, stream)),
    ),
    ...['CONSUMER.CREATE', 'CONSUMER.DURABLE.CREATE', 'CONSUMER.DELETE', 'CONSUMER.MSG.NEXT'].flatMap((verb) =>
      STREAMS.map((stream) => api(verb, stream, '>')),
    ),
    ...STREAMS.flatMap(acks),
    `$JS.FC.${ENDED_STREAM}.>`,
    ...Object.values(workSubject),
    eventSubject.attemptFailed,
    eventSubject.workReturned,
    liveSubject.exportChanged,
    endedKeySubject('*'),
  ],
  subscribe: [
    hearing('gateway'),
    ...Object.values(liveSubject),
    answerSubject('*'),
    `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${WORK_STREAM}.*`,
    `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${EVENT_STREAM}.*`,
  ],
};

const DONE = [eventSubject.taskCompleted, liveSubject.progress];

/** By the app, which is also the name of its user. */
const natsPermissions: Readonly<Record<AppName, NatsPermissions>> = {
  gateway,
  planner: worker('planner', 'plan', [eventSubject.exportPlanned, eventSubject.exportExtended]),
  'segment-worker': worker('segment-worker', 'segment', DONE),
  'transcode-worker': worker('transcode-worker', 'transcode', DONE),
  'thumb-worker': worker('thumb-worker', 'thumb', [...DONE, answerSubject('*')]),
};

const passwordVariable = (app: AppName): string => `CLIPFLEET_NATS_PASSWORD_${app.toUpperCase().replaceAll('-', '_')}`;

/** As the values of the chart name them. */
const natsUsers = () =>
  Object.entries(natsPermissions).map(([app, permissions]) => ({
    user: app,
    password: `<< $${passwordVariable(app as AppName)} >>`,
    permissions,
  }));

const NOTE =
  '# Made from deploy/src/charts/nats-users.ts by `npm run generate`; do not edit. Goes with nats.yaml, always.\n';

/** For the chart: the users of the account, and where the server finds their passwords. */
export const natsUsersFile = (): string => {
  const apps = Object.keys(natsPermissions) as AppName[];
  const secretKeyRef = (key: AppName) => ({ valueFrom: { secretKeyRef: { name: 'clipfleet-nats-server', key } } });
  const env = Object.fromEntries(apps.map((app) => [passwordVariable(app), secretKeyRef(app)]));
  const accounts = { [NATS_ACCOUNT]: { users: natsUsers() } };
  const options = { lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false };
  return NOTE + stringify({ config: { merge: { accounts } }, container: { env } }, options);
};
