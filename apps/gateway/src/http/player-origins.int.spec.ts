import { afterEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '@clipfleet/testing';
import { fileApiClient } from './file-api/file-api.fixture.js';
import { playlistOf } from './file-api/playlist.fixture.js';
import { type HttpUnderTest, startHttp } from './http.fixture.js';
import { type PlayerOrigins, readPlayerOrigins } from './player-origins.js';

let http: HttpUnderTest;
afterEach(() => http.stop());

const ORIGIN = 'https://player.example';
/** Of a playlist: its own address, and its segment's. */
const open = async (origins: PlayerOrigins) => {
  http = await startHttp(await createTestDatabase(), origins);
  const client = fileApiClient(http);
  const send = async (filename: string, content: string): Promise<string> => {
    const announced = (await client.call('POST', '/oserve/v2.1/upload/', { filename, prefix: 'live' })).body;
    await client.send(announced as Record<string, string>, Buffer.from(content));
    return announced['path'] as string;
  };
  await send('0.ts', 'segment 0');
  const playlist = await send('a.m3u8', playlistOf([4]));
  const request = async (address: string, headers: Record<string, string>, method: 'GET' | 'OPTIONS' = 'GET') => {
    const { pathname, search } = new URL(address);
    return http.app.inject({ method, url: `${pathname}${search}`, headers });
  };
  const segment = (await request(playlist, {})).body.split('\n').find((line) => line.startsWith('http'))!;
  return { playlist, segment, request };
};

describe('media for pages of other origins', () => {
  it('is for all of them by default: playlist, segment, refusal', async () => {
    const { playlist, segment, request } = await open('*');
    const range = await request(segment, { origin: ORIGIN, range: 'bytes=0-3' });
    expect(range).toMatchObject({ statusCode: 206, body: 'segm' });
    const refused = await request(`${playlist}x`, { origin: ORIGIN });
    expect(refused.statusCode).toBe(404);
    for (const { headers } of [range, refused, await request(playlist, { origin: ORIGIN })]) {
      expect(headers).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'content-length, content-range, accept-ranges, etag',
      });
      expect(headers).not.toHaveProperty('vary');
    }
    const asked = {
      origin: ORIGIN,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'range',
    };
    expect(await request(segment, asked, 'OPTIONS')).toMatchObject({
      statusCode: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'range, if-range, if-none-match',
      },
    });
    const api = await http.app.inject({ method: 'OPTIONS', url: '/v1/exports', headers: asked });
    expect(api.statusCode).toBe(405);
    expect(api.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('is for those that are named, where some are', async () => {
    const { playlist, request } = await open(['https://other.example', ORIGIN]);
    expect((await request(playlist, { origin: ORIGIN })).headers).toMatchObject({
      ...{ 'access-control-allow-origin': ORIGIN, vary: 'origin' },
    });
    const asked = { origin: 'https://evil.example', 'access-control-request-method': 'GET' };
    for (const method of ['GET', 'OPTIONS'] as const) {
      const { headers } = await request(playlist, asked, method);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(headers['vary']).toBe('origin');
    }
  });

  it('is for none of them, where nobody is', async () => {
    const { playlist, request } = await open(readPlayerOrigins('none'));
    const { statusCode, headers } = await request(playlist, { origin: ORIGIN });
    expect(statusCode).toBe(200);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
});
