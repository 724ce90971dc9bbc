import { setTimeout as sleep } from 'node:timers/promises';
import {
  EXPORT_API_PATH,
  type ExportApiAnswer,
  type ExportResource,
  type NativeExportRequest,
} from '@clipfleet/contracts';
import { isEnded } from '@clipfleet/ledger';
import { type Fleet, type FleetStore, OUTPUT_BUCKET, SOURCE_BUCKET } from './fleet.fixture.js';

export const FINISHED = 10_000;
export const WORKING = 11_000;
export const FAILED = 12_000;

const DEADLINE_MS = 180_000;
/** Shorter than the TimeWait a client is told: tests have no time to lose. */
const POLL_MS = 100;

let nameCount = 0;
/** A FileName nothing else has. */
export const freshName = (): string => `clip-${++nameCount}`;

export interface Destination {
  bucket?: string;
  rootFolder?: string;
  pathId?: string;
}

export const storageInfo = (at: FleetStore, destination: Destination = {}): Record<string, unknown>[] => {
  const common = {
    storage_type: at.storageType,
    storage_enable: true,
    storage_location: at.storageLocation,
    storage_description: '',
  };
  const { bucket = OUTPUT_BUCKET, rootFolder = 'clips', pathId } = destination;
  return [
    { storage_purpose: 'ts', ...common, storage_name: SOURCE_BUCKET, storage_root_folder: '' },
    {
      ...{ storage_purpose: 'upload', ...common, storage_name: bucket, storage_root_folder: rootFolder },
      ...(pathId === undefined ? {} : { storage_path_id: pathId }),
    },
  ];
};

export const base64Json = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

/** A body of the export API; `fields` is laid over what every request needs. */
export const bodyOf = (
  fleet: Fleet,
  at: FleetStore,
  fields: Record<string, unknown>,
  destination: Destination = {},
): Record<string, unknown> => ({
  SessionId: fleet.token,
  FetchMedia: fields['FetchThumb'] !== true,
  FileName: freshName(),
  storage_info: base64Json(storageInfo(at, destination)),
  ...fields,
});

export const post = async (
  fleet: Fleet,
  body: Record<string, unknown>,
): Promise<{ httpStatus: number; answer: ExportApiAnswer }> => {
  const response = await fetch(new URL(EXPORT_API_PATH, fleet.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { httpStatus: response.status, answer: (await response.json()) as ExportApiAnswer };
};

/** The same POST until it answers something else than "working". */
export const postUntilEnded = async (fleet: Fleet, body: Record<string, unknown>): Promise<ExportApiAnswer> => {
  const deadlineMs = Date.now() + DEADLINE_MS;
  for (;;) {
    const { answer } = await post(fleet, body);
    if (answer.Status !== WORKING) return answer;
    if (Date.now() > deadlineMs) throw new Error(`still working after ${DEADLINE_MS} ms: ${answer.VideoPath}`);
    await sleep(Math.min(answer.TimeWait, POLL_MS));
  }
};

/** The key of what was made; throws the fleet's own words when it was not. */
export const finishedKey = async (fleet: Fleet, body: Record<string, unknown>): Promise<string> => {
  const answer = await postUntilEnded(fleet, body);
  if (answer.Status !== FINISHED) throw new Error(`failed (code ${answer.ErrorCode}): ${answer.ErrorMessage}`);
  return (answer.VideoPath || answer.ImagePath).slice(1);
};

const native = async <T>(fleet: Fleet, method: string, path: string, body?: unknown): Promise<T> => {
  const response = await fetch(new URL(path, fleet.url), {
    method,
    headers: {
      authorization: `Bearer ${fleet.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status}: ${text}`);
  return JSON.parse(text) as T;
};

export const getExport = (fleet: Fleet, id: string): Promise<ExportResource> =>
  native(fleet, 'GET', `/v1/exports/${id}`);
export const cancelExport = (fleet: Fleet, id: string): Promise<ExportResource> =>
  native(fleet, 'POST', `/v1/exports/${id}/cancel`);
export const listExports = async (fleet: Fleet): Promise<ExportResource[]> =>
  (await native<{ items: ExportResource[] }>(fleet, 'GET', '/v1/exports?limit=100')).items;

/** The export that an answer of the export API speaks of, as the native API shows it. */
export const exportAt = async (fleet: Fleet, key: string): Promise<ExportResource> => {
  const found = (await listExports(fleet)).find(({ destination }) => destination.key === key);
  if (!found) throw new Error(`no export makes ${key}`);
  return getExport(fleet, found.id);
};

type NativeOutput = NativeExportRequest['output'];
type NativeRange = NativeExportRequest['edit']['clips'][number]['range'];

export const nativeRequest = (
  at: FleetStore,
  playlistKey: string,
  range: NativeRange,
  output: Omit<NativeOutput, 'destination'>,
): NativeExportRequest => {
  const storeId = at.store.id;
  const format = playlistKey.endsWith('.mpd') ? 'dash' : 'hls';
  const locations = [{ storeId, bucket: SOURCE_BUCKET, key: playlistKey }];
  const destination = { storeId, bucket: OUTPUT_BUCKET, key: `native/${freshName()}.${output.container}` };
  return { edit: { clips: [{ source: { format, locations }, range }] }, output: { ...output, destination } };
};

export const submit = (fleet: Fleet, request: NativeExportRequest): Promise<ExportResource> =>
  native(fleet, 'POST', '/v1/exports', request);

/** Polls until `isReached`, or until it has ended some other way. */
export const untilExport = async (
  fleet: Fleet,
  id: string,
  isReached: (found: ExportResource) => boolean = ({ state }) => isEnded(state),
): Promise<ExportResource> => {
  const deadlineMs = Date.now() + DEADLINE_MS;
  for (;;) {
    const found = await getExport(fleet, id);
    if (isReached(found) || isEnded(found.state)) return found;
    if (Date.now() > deadlineMs) throw new Error(`export ${id} is still ${found.state}`);
    await sleep(POLL_MS);
  }
};
