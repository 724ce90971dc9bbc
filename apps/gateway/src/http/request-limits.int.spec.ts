import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import { EXPORT_API_PATH, problemDetails } from '@clipfleet/contracts';
import { createTestDatabase } from '@clipfleet/testing';
import { type HttpUnderTest, startHttp } from './http.fixture.js';

const HASTY = 'token-of-a-tenant-in-a-hurry';
/** Of each second; far more of them are sent in far less time. */
const MOST_REQUESTS = 1_000;

let http: HttpUnderTest;
beforeAll(async () => {
  http = await startHttp(await createTestDatabase());
});
afterAll(() => http?.stop());
beforeEach(() => http.tenants.seed({ slug: 'hasty', token: HASTY, grants: [], limits: { maxRequestsPerSecond: 1 } }));

const authorization = `Bearer ${HASTY}`;
const requests = {
  export: { method: 'POST', url: EXPORT_API_PATH, payload: { SessionId: HASTY } },
  native: { method: 'GET', url: '/v1/whoami', headers: { authorization } },
  file: { method: 'GET', url: '/oserve/v2.2/file/', headers: { authorization } },
} as const satisfies Record<string, InjectOptions>;

const refusalOf = async (api: keyof typeof requests) => {
  for (let sent = 0; sent < MOST_REQUESTS; sent++) {
    const response = await http.app.inject(requests[api]);
    if (response.statusCode === 429) return response;
  }
  throw new Error(`${MOST_REQUESTS} requests were let through`);
};

describe('a tenant that sends too many requests', () => {
  it.each(['export', 'native', 'file'] as const)('is told by the %s API when to ask again', async (api) => {
    const { headers } = await refusalOf(api);
    expect(headers['retry-after']).toMatch(/^[1-5]$/);
  });

  it('is told so in the form of the export API', async () => {
    const { headers, ...response } = await refusalOf('export');
    expect(response.json()).toEqual({
      ...{ ErrorCode: 32, ErrorMessage: expect.stringMatching(/may send 1 requests a second/) },
      ...{ Version: 'v1', Status: 12_000, VideoPath: '', ImagePath: '' },
      TimeWait: Number(headers['retry-after']) * 1000,
    });
  });

  it('is told so as a problem by the native API', async () => {
    const response = await refusalOf('native');
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(problemDetails.strict().parse(response.json())).toMatchObject({ status: 429, code: 'too-many-requests' });
  });

  it('is told so in the form of the file API', async () => {
    expect((await refusalOf('file')).json()).toEqual({
      status: 'error',
      error_msg: expect.stringMatching(/ask again in \d s/),
    });
  });

  it('leaves the others unharmed', async () => {
    await refusalOf('native');
    await http.tenants.seed({ slug: 'calm', token: 'calm', grants: [] });
    const response = await http.app.inject({ ...requests.native, headers: { authorization: 'Bearer calm' } });
    expect(response.statusCode).toBe(200);
  });
});
