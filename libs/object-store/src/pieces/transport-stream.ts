import { ClipfleetError } from '@clipfleet/contracts';
import { looksLikeTransportStream, TRANSPORT_STREAM_HEAD_BYTES } from '@clipfleet/mpegts';

/**
 * Passes the bytes of a segment on, once they look like one. Demuxers skip what they do not know: an error page under a
 * segment's name would become a silent hole.
 */
export async function* transportStream(chunks: AsyncIterable<Uint8Array>, key: string): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    if (head.length < TRANSPORT_STREAM_HEAD_BYTES) continue;
    assertMedia(head, key);
    yield head;
    head = undefined;
  }
  if (head === undefined) return;
  assertMedia(head, key);
  yield head;
}

const assertMedia = (head: Uint8Array, key: string): void => {
  if (looksLikeTransportStream(head)) return;
  throw new ClipfleetError('undecodable', `${key} is not an MPEG transport stream.`, { details: { key } });
};
