import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';

/** What ffprobe wants of a file is mostly little: what is fetched ahead of it grows only while it goes on reading. */
const FIRST_BLOCK_BYTES = 128 * 1024;
const LARGEST_BLOCK_BYTES = 1024 * 1024;

export interface RangedFile {
  sizeBytes: number;
  /** For demuxers that look at it: `.mp3` */
  extension: string;
  /** `[startByte, endByte)`, never beyond the end. */
  read(startByte: number, endByte: number): Promise<Uint8Array>;
}

/**
 * One file under an address of this machine that nobody else knows, while `work` runs: what reads it seeks by HTTP ranges, and
 * of the file no more is fetched than is read. What `read` throws is thrown on, whatever `work` makes of the broken answer.
 */
export const withRangeServer = async <T>(file: RangedFile, work: (url: string) => Promise<T>): Promise<T> => {
  const path = `/${randomBytes(16).toString('hex')}/file${file.extension}`;
  let failure: { error: unknown } | undefined;
  const server = createServer((request, response) => {
    if (request.url !== path) response.writeHead(404).end();
    else
      answer(file, request, response).catch((error: unknown) => {
        failure ??= { error };
        response.destroy();
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  try {
    const { port } = server.address() as AddressInfo;
    return await work(`http://127.0.0.1:${port}${path}`);
  } catch (error) {
    throw failure === undefined ? error : failure.error;
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

const answer = async (file: RangedFile, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { sizeBytes } = file;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const startByte = Number(first ?? 0);
  const endByte = last ? Math.min(Number(last) + 1, sizeBytes) : sizeBytes;
  if (startByte >= endByte && sizeBytes > 0)
    return void response.writeHead(416, { 'content-range': `bytes */${sizeBytes}` }).end();
  const headers = { 'content-length': endByte - startByte, 'accept-ranges': 'bytes' };
  if (first === undefined || sizeBytes === 0) response.writeHead(200, headers);
  else response.writeHead(206, { ...headers, 'content-range': `bytes ${startByte}-${endByte - 1}/${sizeBytes}` });
  const body = Readable.from(blocks(file, startByte, endByte), { objectMode: false, highWaterMark: 1 });
  try {
    await pipeline(body, response);
  } catch (error) {
    // who seeks hangs up in the middle of an answer
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
};

async function* blocks(file: RangedFile, startByte: number, endByte: number): AsyncGenerator<Uint8Array> {
  let blockBytes = FIRST_BLOCK_BYTES;
  for (let at = startByte; at < endByte;) {
    const block = await file.read(at, Math.min(at + blockBytes, endByte));
    yield block;
    at += block.length;
    if (block.length === 0) throw new Error('the file ends before its size');
    blockBytes = Math.min(blockBytes * 2, LARGEST_BLOCK_BYTES);
  }
}
