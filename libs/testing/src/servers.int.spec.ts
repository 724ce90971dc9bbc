import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningNats } from '@clipfleet/local-stack';
import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { Client } from 'pg';
import { createEmptyTestDatabase, createTestDatabase, type TestDatabase } from './create-test-database.js';
import { describeRealS3 } from './describe-real-s3.js';
import { startTestNats } from './start-test-nats.js';

describe('the test Postgres', () => {
  let first: TestDatabase;
  let second: TestDatabase;
  beforeAll(async () => {
    [first, second] = await Promise.all([createEmptyTestDatabase(), createEmptyTestDatabase()]);
  });
  afterAll(async () => {
    await Promise.all([first.drop(), second.drop()]);
  });

  it('gives every test file a database that no other one sees', async () => {
    const clients = [first, second].map(({ url }) => new Client({ connectionString: url }));
    await Promise.all(clients.map((client) => client.connect()));
    try {
      await clients[0].query('CREATE TABLE mine (id int)');
      await expect(clients[1].query('SELECT * FROM mine')).rejects.toThrow(/does not exist/);
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  });

  it('gives a migrated database to everyone who asks, also at the same moment', async () => {
    const databases = await Promise.all([createTestDatabase(), createTestDatabase(), createTestDatabase()]);
    expect(new Set(databases.map(({ url }) => url)).size).toBe(3);
    const client = new Client({ connectionString: databases[2].url });
    await client.connect();
    expect((await client.query('SELECT count(*)::int AS count FROM tenant')).rows).toEqual([{ count: 0 }]);
    await client.end();
    await Promise.all(databases.map((database) => database.drop()));
  });
});

describe('the test NATS', () => {
  let nats: RunningNats;
  beforeAll(async () => {
    nats = await startTestNats();
  });
  afterAll(() => nats.stop());

  it('has JetStream, accepts messages of 8 MB, and keeps a stream and its address over a restart', async () => {
    const before = await connect({ servers: nats.url });
    expect(before.info?.max_payload).toBe(8 * 1024 * 1024);
    await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['kept'] });
    await before.close();

    await nats.restart();
    const after = await connect({ servers: nats.url });
    const info = await (await jetstreamManager(after)).streams.info('KEPT');
    expect(info.config.subjects).toEqual(['kept']);
    await after.close();
  });
});

describeRealS3('the test S3', (access) => {
  it('answers and refuses who has no signature', async () => {
    const response = await fetch(`${access.endpoint}/no-such-bucket`);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).toMatch(/<Code>(AccessDenied|NoSuchBucket)<\/Code>/);
  });
});
