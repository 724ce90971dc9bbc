import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ExportRepository } from '@clipfleet/ledger';
import { waitUntil } from '@clipfleet/local-stack';
import { type GatewayTest, openGatewayTest } from '../gateway.fixture.js';
import { ExportChanges } from './export-changes.js';
import type { ExportService, SubmitInput } from './export-service.js';
import { openDoor, type Door } from './nats-door.fixture.js';

/** Longer than memory of an unfinished export lasts, so that both gateways come to know the end of it. */
const SHORT_WINDOW_MS = 4_000;
const within = { timeoutMs: 30_000 };

let test: GatewayTest;
let door: Door;
let here: ExportService;
let there: ExportService;
let changesThere: ExportChanges;
let asked: jest.SpiedFunction<ExportRepository['status']>;
beforeAll(async () => {
  test = await openGatewayTest();
  door = await openDoor(test.nats.port);
  const apps: NestFastifyApplication[] = [await test.start({ CLIPFLEET_NATS_URL: door.url }), await test.start()];
  [here, there] = apps.map((app) => test.service(app));
  changesThere = apps[1].get(ExportChanges);
  asked = jest.spyOn(apps[1].get(ExportRepository), 'status');
});
afterAll(async () => {
  await test?.close();
  await door?.close();
});
beforeEach(() => untilFromMemory());

const stateThere = async (id: string): Promise<string | undefined> => (await there.get(test.tenantId, id))?.state;

/** Told by the other gateway, and cached there. */
const submitted = async (): Promise<{ id: string; input: SubmitInput }> => {
  const input = test.submission();
  const { id } = await here.submit(input);
  expect((await there.submit(input)).id).toBe(id);
  expect(['queued', 'planning']).toContain(await stateThere(id));
  return { id, input };
};

/** The other gateway keeps what it reads. */
const untilFromMemory = async (): Promise<void> => {
  const { id } = await here.submit(test.submission());
  await here.cancel(test.tenantId, id);
  const isFromMemory = async (): Promise<boolean> => {
    await stateThere(id);
    asked.mockClear();
    await stateThere(id);
    return asked.mock.calls.length === 0;
  };
  await waitUntil(isFromMemory, { ...within, what: 'polls to be answered from memory' });
};

/** Resolves when the other gateway has heard of it, not when what it remembers has become too old. */
const cancelHeard = async (id: string): Promise<void> => {
  const heard = new Promise<void>((resolve) => {
    const look = async (): Promise<void> => {
      if ((await stateThere(id)) !== 'cancelled') return;
      stop();
      resolve();
    };
    const stop = changesThere.onChange(id, () => void look());
  });
  await here.cancel(test.tenantId, id);
  await heard;
};

const expectCancelSeenAtOnce = async (): Promise<void> => {
  const { id, input } = await submitted();
  await cancelHeard(id);
  expect(await stateThere(id)).toBe('cancelled');
  expect(await there.submit(input)).toMatchObject({ id, state: 'cancelled' });
};

describe('what one gateway changes', () => {
  it('is told by the other at once, time and again', async () => {
    for (let round = 0; round < 20; round++) await expectCancelSeenAtOnce();
  });

  it('is told to a cancel that comes too late', async () => {
    const { id } = await submitted();
    await here.cancel(test.tenantId, id);
    expect(await there.cancel(test.tenantId, id)).toMatchObject({ id, state: 'cancelled' });
  });

  it('is told although it cannot tell it: its answer waits until nobody says otherwise', async () => {
    const { id, input } = await submitted();
    await door.shut();
    // once more, so that the other one's memory is as young as it can be
    expect((await there.submit(input)).state).not.toBe('cancelled');
    await here.cancel(test.tenantId, id);
    expect(await stateThere(id)).toBe('cancelled');
    await door.open();
  });
});

describe('an export that has ended', () => {
  it('is told from memory', async () => {
    const { id } = await submitted();
    await cancelHeard(id);
    asked.mockClear();
    for (let poll = 0; poll < 50; poll++) expect(await stateThere(id)).toBe('cancelled');
    expect(asked).not.toHaveBeenCalled();
  });

  it('answers nobody any more as soon as there is a new one', async () => {
    const { id: old, input } = await submitted();
    await test.exports.cancel(test.tenantId, old, SHORT_WINDOW_MS);
    let id = old;
    const isNew = async (): Promise<boolean> => {
      expect((await there.submit(input)).state).toBeDefined();
      ({ id } = await here.submit(input));
      return id !== old;
    };
    await waitUntil(isNew, { ...within, everyMs: 20, what: 'the cancelled export to answer no more' });
    expect((await there.submit(input)).id).toBe(id);
    expect(await stateThere(old)).toBe('cancelled');
  });
});

describe('while NATS is away', () => {
  it('every gateway asks the ledger, and each change is told at once; memory serves when it is back', async () => {
    const { id, input } = await submitted();
    await test.nats.kill();
    await waitUntil(async () => (await ledgerReads(id)) === 3, { ...within, what: 'the loss to be noticed' });
    await here.cancel(test.tenantId, id);
    expect(await stateThere(id)).toBe('cancelled');
    expect(await there.submit(input)).toMatchObject({ id, state: 'cancelled' });
    await test.nats.restart();
    await untilFromMemory();
    await expectCancelSeenAtOnce();
  });

  it('nothing is kept of what was read before', async () => {
    const { id } = await submitted();
    await cancelHeard(id);
    await test.nats.kill();
    await test.nats.restart();
    await untilFromMemory();
    asked.mockClear();
    expect(await stateThere(id)).toBe('cancelled');
    expect(asked).toHaveBeenCalledTimes(1);
  });
});

/** Of three polls at the other gateway. */
const ledgerReads = async (id: string): Promise<number> => {
  asked.mockClear();
  for (let poll = 0; poll < 3; poll++) await stateThere(id);
  return asked.mock.calls.length;
};
