import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  ClipfleetError,
  isAbsent,
  type NamedFields,
  nameFields,
  parseJsonBody,
  readFields,
  readStorageInfo,
  type TranslatedExport,
  translateExport,
} from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import { LRUCache } from 'lru-cache';
import { hashToken } from '../../exports/export-service.js';

/** What a request body means for a tenant. */
export interface Translation extends TranslatedExport {
  /** Names in the body that mean nothing to us. */
  ignored: readonly string[];
  /** The export that the last answer to this request told of. */
  toldExportId?: string;
  /** Who may use all that the job reads and writes. Looked at again when the tenant has been read again. */
  authorised?: Tenant;
}

/** A body whose fields are matched; their values are looked at when its tenant is known. */
export interface ReadRequest {
  /** Of its SessionId; undefined: it has none, and a header has to bring a token. */
  readonly tokenHash: string | undefined;
  readonly bodyHash: string;
  readonly translations: Map<string, Translation>;
  /** Until the first translation. */
  fields?: NamedFields;
}

const MAX_KNOWN_BYTES = 32 * 1024 * 1024;
/** Larger bodies are read anew each time: a few of them must not push out the many. */
const MAX_BODY_BYTES = 16 * 1024;
/** Of the texts of storage_info that are known. */
const MAX_STORAGE_BYTES = 2 * 1024 * 1024;
/** What is known of a request takes about so many times the bytes of its body. */
const SIZE_FACTOR = 4;

/**
 * Body → who asks → job. Most requests are polls, and those are the same bytes again: what they mean is kept by the hash of the
 * bytes (they themselves hold a token and are not kept), and only the first is worked through. What may change meanwhile, the
 * tenant of a token and its allow-list, is not part of it.
 */
@Injectable()
export class RequestReader {
  private readonly known = new LRUCache<string, ReadRequest>({ maxSize: MAX_KNOWN_BYTES });

  /** A client sends the same places with each of its jobs; they hold no secrets. */
  private readonly storages = new LRUCache<string, ReturnType<typeof readStorageInfo>>({ maxSize: MAX_STORAGE_BYTES });

  /** Of the body that was asked about last: a new job is asked about twice in a row. */
  private last: { body: Uint8Array; bodyHash: string } | undefined;

  constructor(@Inject(OBJECT_STORES) private readonly stores: ObjectStores) {}

  /** Throws `bad-parameter`. */
  read(body: Uint8Array | undefined): ReadRequest {
    const bodyHash = body === undefined ? '' : this.last?.body === body ? this.last.bodyHash : hashOf(body);
    // it holds a token
    this.last = undefined;
    const known = this.known.get(bodyHash);
    if (known) return known;
    const fields = named(body);
    return { bodyHash, tokenHash: tokenHashOf(fields), translations: new Map(), fields };
  }

  /** What {@link read} gives for a body that has been translated, if it is still known. */
  recall(body: Uint8Array): ReadRequest | undefined {
    const bodyHash = hashOf(body);
    const known = this.known.get(bodyHash);
    this.last = known ? undefined : { body, bodyHash };
    return known;
  }

  /** `request` is what {@link read} made of `body`. Throws `bad-parameter`. */
  translate(request: ReadRequest, body: Uint8Array | undefined, tenantId: string): Translation {
    const known = request.translations.get(tenantId);
    if (known) return known;
    const { fields, ignored } = readFields(request.fields ?? named(body));
    // they hold the token
    delete request.fields;
    const findStore = (driver: 's3' | 'file', location: string): string | undefined =>
      this.stores.find(driver, location)?.id;
    const readStorage: typeof readStorageInfo = (text, isUriEncode) => this.readStorage(text, isUriEncode);
    const translation = { ...translateExport(fields, { tenantId, findStore, readStorage }), ignored };
    request.translations.set(tenantId, translation);
    const sizeBytes = body?.length ?? 0;
    if (sizeBytes <= MAX_BODY_BYTES) {
      const size = SIZE_FACTOR * sizeBytes * request.translations.size;
      this.known.set(request.bodyHash, request, { size });
    }
    return translation;
  }

  private readStorage(text: string, isUriEncode: boolean): ReturnType<typeof readStorageInfo> {
    const key = `${isUriEncode ? 'encoded' : 'plain'}:${text}`;
    const known = this.storages.get(key);
    if (known) return known;
    const entries = readStorageInfo(text, isUriEncode);
    this.storages.set(key, entries, { size: SIZE_FACTOR * key.length });
    return entries;
  }
}

const hashOf = (body: Uint8Array): string => hash('sha256', body, 'base64');

const named = (body: Uint8Array | undefined): NamedFields => nameFields(parseJsonBody(body));

const tokenHashOf = ({ values }: NamedFields): string | undefined => {
  const sessionId = values.get('SessionId');
  if (isAbsent(sessionId)) return undefined;
  if (typeof sessionId === 'string') return hashToken(sessionId);
  throw new ClipfleetError('bad-parameter', 'SessionId must be a string', { details: { field: 'SessionId' } });
};
