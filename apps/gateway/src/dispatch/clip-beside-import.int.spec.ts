import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerDatabase, type NewExport, seedTenant } from '@clipfleet/ledger';
import { loadConfig } from '@clipfleet/platform';
import { createTestDatabase, randomOf, type TestDatabase } from '@clipfleet/testing';
import { submissionOf } from '../gateway.fixture.js';
import { type GatewayConfig, gatewayConfigSchema } from '../gateway-config.js';
import { VirtualFleet, type VirtualSlots } from './virtual-fleet.fixture.js';

const IMPORTED = 10_000;
/** Before each clip: each comes at another time of the import's tasks. */
const PAUSES_MS = [37, 151, 263, 389];
const TIMES = { planMs: 80, taskMs: 400, assembleMs: 60, reportMs: 5, publishMs: 20 };
/** How long tasks of the import take, in those of the clip: each by chance in between. */
const EQUAL = [1, 1] as const;
const LONG = [2, 6] as const;
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

interface Found {
  size: VirtualSlots;
  waitsMs: number[];
  busy: number;
}

describe('the clip of a tenant, beside an import of 10,000', () => {
  const random = randomOf(20_260_115);
  let fleet: VirtualFleet;
  let editor: string;
  let imported: ReadonlySet<string>;
  let idleMs: number;
  const besideEqual: Found[] = [];
  const besideLong: Found[] = [];

  const clipsMs = async (): Promise<number[]> => {
    const waitsMs: number[] = [];
    for (const pauseMs of PAUSES_MS) {
      await fleet.clock.run(pauseMs);
      waitsMs.push(await fleet.waitOf(someOf(editor, 1)[0]));
    }
    return waitsMs;
  };
  /** Tasks of the import take from `least` to `most` times as long as the clip's. */
  const besideTasksOf = async (size: VirtualSlots, [least, most]: readonly [number, number]): Promise<Found> => {
    fleet.setTaskMs(imported, () => TIMES.taskMs * (least + (most - least) * random()));
    // what was begun before has ended then, and their pace is known
    await fleet.clock.run(TIMES.taskMs * Math.max(LONG[1], 2 * most));
    const [fromMs, doneBefore] = [fleet.clock.nowMs, fleet.tasks.doneCount];
    const waitsMs = await clipsMs();
    const importedCount = fleet.tasks.doneCount - doneBefore - waitsMs.length;
    const doneMs = TIMES.taskMs * (importedCount * ((least + most) / 2) + waitsMs.length);
    return { size, waitsMs, busy: doneMs / ((fleet.clock.nowMs - fromMs) * size.workers) };
  };

  beforeAll(async () => {
    const importer = await seedTenant(ledger, { slug: 'importer', token: 'i', grants: [] });
    editor = await seedTenant(ledger, { slug: 'editor', token: 'e', grants: [] });
    fleet = new VirtualFleet(ledger, config, TIMES, SIZES[0]);
    idleMs = Math.min(...(await clipsMs()));
    // accepted within the limits as they are where nobody configures others
    imported = new Set(await fleet.submit(someOf(importer, IMPORTED)));
    for (const size of SIZES) {
      fleet.resize(size);
      besideEqual.push(await besideTasksOf(size, EQUAL));
      besideLong.push(await besideTasksOf(size, LONG));
    }
    expect(await fleet.waitingCount()).toBeGreaterThan(IMPORTED / 2);
  });

  it('waits at most twice as long as on an idle fleet, however many slots there are', () => {
    expect(besideEqual.filter(({ waitsMs }) => Math.max(...waitsMs) > MOST_TIMES_IDLE * idleMs)).toEqual([]);
  });

  it('waits no longer than that, or for what is in a slot, where tasks of the import are two to six times as long as its own', () => {
    const longestMs = TIMES.taskMs * LONG[1];
    // among so many slots one is soon free; a few are not free before one of their tasks ends
    const mostMs = ({ workers }: VirtualSlots) => (workers >= 16 ? MOST_TIMES_IDLE * idleMs : idleMs + longestMs);
    expect(besideLong.filter(({ size, waitsMs }) => Math.max(...waitsMs) > mostMs(size))).toEqual([]);
  });

  it('does not buy it with slots that idle', () => {
    expect([...besideEqual, ...besideLong].filter(({ busy }) => busy < LEAST_BUSY)).toEqual([]);
  });
});
