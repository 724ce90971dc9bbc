import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { ObjectStore } from '../object-store.js';
import { attachmentDisposition } from '../signing/content-disposition.js';
import { verifyFileUrl } from '../signing/file-url.js';

/** The least that the gateway's file route does: check the address, send the bytes. */
export class FileRoute {
  private server: Server | undefined;

  constructor(
    private readonly signingSecret: string,
    private readonly store: () => ObjectStore,
  ) {}

  async listen(): Promise<string> {
    const server = createServer((request, response) => void this.answer(request, response));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verdict = verifyFileUrl(request.url ?? '', { signingSecret: this.signingSecret, nowMs: Date.now() });
    if (!verdict.ok) return void response.writeHead(403).end(verdict.reason);
    const { bucket, key, downloadName } = verdict.grant;
    const bounds = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const range = bounds === null ? {} : { range: [Number(bounds[1]), Number(bounds[2]) + 1] as const };
    const stream = await this.store().get({ bucket, key }, range);
    if (downloadName !== undefined) response.setHeader('content-disposition', attachmentDisposition(downloadName));
    response.writeHead(bounds === null ? 200 : 206);
    await pipeline(stream, response);
  }
}
