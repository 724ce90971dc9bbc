import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OtlpSink {
  url: string;
  /** Of traces received so far. */
  bytes(): number;
  close(): Promise<void>;
}

/** A receiver of OTLP/HTTP that takes what it is sent and keeps nothing: its own work is not to be measured. */
export const startOtlpSink = async (): Promise<OtlpSink> => {
  let byteCount = 0;
  const server = createServer((request, response) => {
    if (request.url === '/v1/traces') request.on('data', (chunk: Buffer) => (byteCount += chunk.length));
    request.resume().on('end', () => response.setHeader('content-type', 'application/x-protobuf').end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => byteCount,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
