import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerDatabase, type NewExport, seedTenant } from '@clipfleet/ledger';
import { loadConfig } from '@clipfleet/platform';
import { createTestDatabase, type TestDatabase } from '@clipfleet/testing';
import { submissionOf } from '../gateway.fixture.js';
import { type GatewayConfig, gatewayConfigSchema } from '../gateway-config.js';
import { VirtualFleet, type VirtualSlots } from './virtual-fleet.fixture.js';

const IMPORTED = 10_000;
const WARM_UP_MS = 1_000;
/** Before each clip: each comes at another time of the import's tasks. */
const PAUSES_MS = [37, 151, 263, 389];
const TIMES = { planMs: 80, taskMs: 400, assembleMs: 60, reportMs: 5, publishMs: 20 };
const SIZES: readonly VirtualSlots[] = [
  { planners: 1, workers: 1 },
  { planners: 1, workers: 2 },
  { planners: 2, workers: 5 },
  { planners: 8, workers: 16 },
  { planners: 16, workers: 32 },
];
const MOST_TIMES_IDLE = 2;
/** Of all that the slots could do: none of this is bought with slots that idle. */
const LEAST_BUSY = 0.85;

let server: TestDatabase;
let ledger: LedgerDatabase;
let config: GatewayConfig;
beforeAll(async () => {
  server = await createTestDatabase();
  ledger = await LedgerDatabase.open({ url: server.url, poolSize: 4 });
  config = loadConfig(gatewayConfigSchema, {
    CLIPFLEET_DATABASE_URL: server.url,
    CLIPFLEET_STORES: JSON.stringify([{ id: 'local', locations: ['local'], driver: 'file', rootPath: '/nowhere' }]),
    CLIPFLEET_SIGNING_SECRET: 's'.repeat(32),
  });
});
afterAll(async () => {
  await ledger?.close();
  await server?.drop();
});

let exportCount = 0;
const someOf = (tenantId: string, count: number): NewExport[] =>
  Array.from({ length: count }, () => {
    exportCount += 1;
    const fingerprint = createHash('sha256').update(String(exportCount)).digest('hex');
    return { ...submissionOf(tenantId, 'out', {}), fingerprint };
  });

describe('the clip of a tenant', () => {
  it('waits at most twice as long beside an import of 10,000 as on an idle fleet, however many slots there are', async () => {
    const [importer, editor] = [
      await seedTenant(ledger, { slug: 'importer', token: 'i', grants: [] }),
      await seedTenant(ledger, { slug: 'editor', token: 'e', grants: [] }),
    ];
    const fleet = new VirtualFleet(ledger, config, TIMES, SIZES[0]);
    const clipsMs = async (): Promise<number[]> => {
      const waitsMs: number[] = [];
      for (const pauseMs of PAUSES_MS) {
        await fleet.clock.run(pauseMs);
        waitsMs.push(await fleet.waitOf(someOf(editor, 1)[0]));
      }
      return waitsMs;
    };
    const idleMs = Math.min(...(await clipsMs()));
    await fleet.submit(someOf(importer, IMPORTED));
    const found: { size: VirtualSlots; waitsMs: number[]; busy: number }[] = [];
    for (const size of SIZES) {
      fleet.resize(size);
      await fleet.clock.run(WARM_UP_MS);
      const [fromMs, doneBefore] = [fleet.clock.nowMs, fleet.tasks.doneCount];
      const waitsMs = await clipsMs();
      const possible = ((fleet.clock.nowMs - fromMs) * size.workers) / TIMES.taskMs;
      found.push({ size, waitsMs, busy: (fleet.tasks.doneCount - doneBefore) / possible });
    }
    expect(found.filter(({ waitsMs }) => Math.max(...waitsMs) > MOST_TIMES_IDLE * idleMs)).toEqual([]);
    expect(found.filter(({ busy }) => busy < LEAST_BUSY)).toEqual([]);
    expect(await fleet.waitingCount()).toBeGreaterThan(IMPORTED / 2);
  });
});
