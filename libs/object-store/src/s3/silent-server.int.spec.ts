import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { outcome } from '../conformance/given.js';
import { createStores, type ObjectStores } from '../create-stores.js';

let server: Server;
let stores: ObjectStores;
beforeAll(async () => {
  // takes every connection and says nothing
  server = createServer((socket) => void socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = { accessKeyId: 'a', secretAccessKey: 's' };
  const times = { maxAttempts: 2, answerTimeoutMs: 1_000, idleTimeoutMs: 600_000 };
  stores = createStores([{ id: 'main', driver: 's3', locations: ['main'], endpoint, ...keys, ...times }]);
});
afterAll(async () => {
  await stores.close();
  server.close();
});

it('a server that says nothing is one that is not there, for calls that move no bytes', async () => {
  const store = stores.get('main');
  const at = { bucket: 'bucket', key: 'k' };
  const calls = [
    store.head(at),
    store.delete(at),
    store.deleteMany('bucket', ['a', 'b']),
    store.list('bucket', '')[Symbol.asyncIterator]().next(),
    store.createUpload(at),
    store.listUploads('bucket', ''),
  ];
  expect(await Promise.all(calls.map(outcome))).toEqual(Array(calls.length).fill('unavailable'));
}, 60_000);
