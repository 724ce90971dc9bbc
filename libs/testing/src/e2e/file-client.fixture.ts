import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileAnswer } from '@clipfleet/contracts';
import type { Recording } from '../media/recording.js';
import { type Fleet, type FleetStore, SOURCE_BUCKET } from './fleet.fixture.js';

const DEADLINE_MS = 180_000;
const POLL_MS = 100;

export interface Told<T = Record<string, unknown>> {
  status: number;
  body: T;
}

/** A client of the file API, on the addresses of the seed's documentation. */
export const fileClient = (fleet: Fleet) => {
  const call = async <T = Record<string, unknown>>(
    method: string,
    address: string,
    body?: unknown,
  ): Promise<Told<T>> => {
    const response = await fetch(new URL(address, fleet.url), {
      ...{ method, headers: { authorization: `Bearer ${fleet.token}`, 'content-type': 'application/json' } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as T };
  };
  const upload = async (filename: string, content: Uint8Array<ArrayBuffer>, prefix?: string): Promise<string> => {
    const { body } = await call<Record<string, string>>('POST', '/oserve/v2.1/upload/', { filename, prefix });
    const form = new FormData();
    form.append('file', new Blob([content]), filename);
    form.append('policy', body['policy']);
    form.append('authorization', body['authorization']);
    const sent = await fetch(body['upload_url'], { method: 'POST', body: form });
    if (!sent.ok) throw new Error(`upload of ${filename}: HTTP ${sent.status}: ${await sent.text()}`);
    return body['id'];
  };
  /** A file as it is when it is pending no more. */
  const untilSettled = async (id: string): Promise<FileAnswer> => {
    const deadlineMs = Date.now() + DEADLINE_MS;
    for (;;) {
      const { body: file } = await call<FileAnswer>('GET', `/oserve/v2.2/file/${id}/`);
      if (file.status !== 'pending') return file;
      if (Date.now() > deadlineMs) throw new Error(`the file ${id} is still pending`);
      await sleep(POLL_MS);
    }
  };
  return {
    call,
    upload,
    /** All files of a recording below one prefix; the id of its playlist. */
    async uploadRecording(recording: Recording, prefix: string): Promise<string> {
      const ids = new Map<string, string>();
      for (const name of await readdir(recording.directory))
        ids.set(name, await upload(name, await readFile(path.join(recording.directory, name)), prefix));
      return ids.get(recording.playlist)!;
    },
    /** A recording that lies in the source bucket; the id of its playlist's file. */
    async register(at: FleetStore, recording: Recording): Promise<string> {
      const key = await fleet.upload(at, recording);
      const place = { store: at.store.id, bucket: SOURCE_BUCKET, key };
      const { status, body } = await call<FileAnswer>('POST', '/v1/files:register', place);
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body.id;
    },
    untilSettled,
    /** What a media request makes, as it is when it is pending no more. */
    async made(operation: string, body: Record<string, unknown>): Promise<FileAnswer> {
      const asked = await call<FileAnswer>('POST', `/oserve/v1/media/${operation}/`, body);
      if (asked.status !== 200) throw new Error(`${operation}: HTTP ${asked.status}: ${JSON.stringify(asked.body)}`);
      return untilSettled(asked.body.id);
    },
  };
};
