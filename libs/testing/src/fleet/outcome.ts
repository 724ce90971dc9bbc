import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ObjectStore } from '@clipfleet/object-store';
import { ffprobePackets } from '../media/probe.js';
import { type Kind, type KindName, kinds, OUTPUT_BUCKET } from './export-kinds.js';

const MAX_OBJECT_BYTES = 1 << 28;

/** What an export made, by the names of its objects below its prefix. Two exports of the same are equal, whatever happened. */
export type Outcome = Record<string, unknown>;

export interface OutcomeOptions {
  /** An mp4 is remuxed in as many ranges as slots are idle. Where their count changes, packets are the same, and lie otherwise. */
  doSlotsChange?: boolean;
}

/** Everything below the prefix, temporary objects too, if there are any. */
export const outcomeOf = async (
  store: ObjectStore,
  kindName: KindName,
  prefix: string,
  { doSlotsChange = false }: OutcomeOptions = {},
): Promise<Outcome> => {
  const { container, encodes }: Kind = kinds[kindName];
  // nobody promises the same bytes of two encodes, but the same pictures at the same times
  const isByPackets = encodes !== undefined || (doSlotsChange && container === 'mp4');
  const outcome: Outcome = {};
  for await (const { key } of store.list(OUTPUT_BUCKET, prefix)) {
    const bytes = await store.getBytes({ bucket: OUTPUT_BUCKET, key }, { limitBytes: MAX_OBJECT_BYTES });
    const name = key.slice(prefix.length);
    if (!isByPackets) outcome[name] = digest(bytes, prefix);
    else if (name.endsWith('.m3u8')) outcome[name] = withoutPlaces(bytes, prefix);
    else outcome[name] = await packetsOf(name, bytes);
  }
  return outcome;
};

/** A playlist: where what was encoded lies in its object is not promised. */
const withoutPlaces = (bytes: Uint8Array, prefix: string): string =>
  Buffer.from(bytes)
    .toString()
    .replaceAll(prefix, 'PREFIX/')
    .replace(/^#EXT-X-BYTERANGE:.*$/gm, '#EXT-X-BYTERANGE');

const digest = (bytes: Uint8Array, prefix: string): string => {
  // a playlist document tells where it lies
  const text = bytes.length < 1_000_000 ? Buffer.from(bytes).toString('latin1').replaceAll(prefix, 'PREFIX/') : bytes;
  return createHash('sha256').update(text).digest('hex');
};

const packetsOf = async (name: string, bytes: Uint8Array): Promise<unknown> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'clipfleet-outcome-'));
  try {
    const file = path.join(directory, name);
    await writeFile(file, bytes);
    // track by track: how they are interleaved is the writer's choice, and follows the ranges
    return (await ffprobePackets(file)).toSorted((a, b) => a.streamIndex - b.streamIndex);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
