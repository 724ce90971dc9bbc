import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_STREAM, eventSubject, workSubject, WORK_STREAM } from '@clipfleet/contracts';
import { connectNats, MessageBus } from '@clipfleet/jetstream';
import { type AppName, appNames } from '@clipfleet/local-stack';
import { createLogger } from '@clipfleet/platform';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type LiveFleet, openLiveFleet } from './live-fleet.fixture.js';
import { type NatsWithUsers, startNatsWithUsers } from './nats-users.fixture.js';

const logger = createLogger({ app: 'test', level: 'silent' });
const copy = { container: 'ts', codec: { kind: 'copy' } } as const;
const workers = ['segment-worker', 'transcode-worker', 'thumb-worker'] as const;

describe('a fleet whose apps each have a user of their own at NATS', () => {
  let stateDirectory: string;
  let fleet: LiveFleet;
  let nats: NatsWithUsers;
  const connections: NatsConnection[] = [];

  beforeAll(async () => {
    stateDirectory = await mkdtemp(path.join(tmpdir(), 'clipfleet-nats-users-'));
    fleet = await openLiveFleet(stateDirectory);
    nats = await startNatsWithUsers(stateDirectory);
    // another server than before: the planner comes before the gateway that makes its streams, and waits
    const restart = (app: AppName): Promise<void> =>
      fleet.stack.app(app).restart({ CLIPFLEET_NATS_URL: nats.urlOf(app) });
    await Promise.all([restart('planner'), restart('gateway')]);
    await Promise.all(workers.map(restart));
  }, 240_000);
  afterAll(async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    await fleet?.close();
    await nats?.stop();
    await rm(stateDirectory, { recursive: true, force: true });
  });

  const connectAs = async (app: AppName): Promise<NatsConnection> => {
    const connection = await connectNats({ url: nats.urlOf(app), name: app, logger });
    connections.push(connection);
    return connection;
  };

  it.each([
    ['copied', copy],
    ['put together again', { container: 'mp4', codec: { kind: 'copy' } }],
    ['encoded', { container: 'mp4', codec: { kind: 'transcode', profile: 'default' } }],
    ['a picture', { container: 'image', codec: { kind: 'copy' } }],
    ['a list', { container: 'playlist', codec: { kind: 'copy' } }],
  ] as const)(
    'makes what is %s',
    async (_, output) => {
      expect(await fleet.make(output)).toBe('completed');
    },
    120_000,
  );

  it('fails what cannot be made, and answers what is in a file', async () => {
    expect(await fleet.make(copy, 'not-there.m3u8')).toBe('failed');
    const bus = await MessageBus.connect({ natsUrl: nats.urlOf('gateway'), name: 'gateway', logger });
    connections.push(bus.nc);
    const { id, rootPath } = fleet.stack.store.config as { id: string; rootPath: string };
    const folder = path.join(rootPath, 'live-sources/match');
    const name = readdirSync(folder).find((each) => each.endsWith('.ts'))!;
    const source = { storeId: id, bucket: 'live-sources', key: `match/${name}` };
    const answer = await bus.questions.probe({ source, sizeBytes: statSync(path.join(folder, name)).size }, 30_000);
    expect(JSON.stringify(answer)).toContain('h264');
  }, 120_000);

  it.each(appNames)(
    'has let %s do all that it did, save make the streams and consumers that were not there yet',
    (app) => {
      // the planner may have looked while the gateway was making them
      const isMaking = (refused: string): boolean =>
        /^planner "\$JS\.API\.(STREAM|CONSUMER)\.\S*CREATE\./.test(refused);
      expect(nats.refusedTo(app).filter((refused) => !isMaking(refused))).toEqual([]);
    },
  );

  it('does not let a worker delete a stream, or a message of one', async () => {
    const jsm = await jetstreamManager(await connectAs('segment-worker'));
    await expect(jsm.streams.delete(EVENT_STREAM)).rejects.toThrow(/permissions violation/i);
    await expect(jsm.streams.purge(WORK_STREAM)).rejects.toThrow(/permissions violation/i);
    await expect(jsm.streams.deleteMessage(WORK_STREAM, 1)).rejects.toThrow(/permissions violation/i);
    expect((await jsm.streams.info(EVENT_STREAM)).config.name).toBe(EVENT_STREAM);
  });

  it.each(workers)('does not let %s publish work, or what others report', async (app) => {
    const connection = await connectAs(app);
    const jsm = await jetstreamManager(connection);
    const before = (await jsm.streams.info(WORK_STREAM)).state.last_seq;
    for (const subject of [workSubject.plan, workSubject.segment, eventSubject.exportPlanned]) {
      await expect(connection.request(subject, '{}', { timeout: 2_000 })).rejects.toThrow(/permissions violation/i);
    }
    expect((await jsm.streams.info(WORK_STREAM)).state.last_seq).toBe(before);
  });

  it('does not let a worker take the tasks of another, or hear what is answered to another', async () => {
    const connection = await connectAs('segment-worker');
    const jsm = await jetstreamManager(connection);
    const next = (durable: string) =>
      connection.request(`$JS.API.CONSUMER.MSG.NEXT.${WORK_STREAM}.${durable}`, '{"batch":1,"no_wait":true}', {
        timeout: 2_000,
      });
    await expect(next('transcode')).rejects.toThrow(/permissions violation/i);
    expect((await next('segment')).headers?.code).toBe(404);
    await expect(jsm.consumers.add(WORK_STREAM, { name: 'spy' })).rejects.toThrow(/permissions violation/i);
    await expect(jsm.streams.getMessage(WORK_STREAM, { seq: 1 })).rejects.toThrow(/permissions violation/i);
    for (const subject of ['_INBOX.gateway.>', '_INBOX.>', 'clipfleet.>', `$JS.EVENT.ADVISORY.>`]) {
      const heard = connection.subscribe(subject);
      await expect(heard[Symbol.asyncIterator]().next()).rejects.toThrow(/permissions violation/i);
    }
  });
});
