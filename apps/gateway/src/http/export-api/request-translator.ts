import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type NamedFields, readFields, type TranslatedExport, translateExport } from '@clipfleet/contracts';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import { LRUCache } from 'lru-cache';

/** What a request body means for a tenant. */
export interface Translation extends TranslatedExport {
  /** Names in the body that mean nothing to us. */
  ignored: readonly string[];
  /** The export that the last answer to this request told of. */
  toldExportId?: string;
}

const MAX_KNOWN_BYTES = 32 * 1024 * 1024;
/** Larger bodies are translated anew each time: a few of them must not push out the many. */
const MAX_BODY_BYTES = 16 * 1024;
/** A translation takes about so many times the bytes of its body. */
const SIZE_FACTOR = 4;

/**
 * Checks fields and makes the job of them. Most requests are polls, and those are the same bytes again: what they mean is kept
 * by the hash of the bytes (which hold a token, so that they themselves are not), and only the first is worked through. What
 * may change meanwhile, the tenant's token and its allow-list, is not part of it.
 */
@Injectable()
export class RequestTranslator {
  private readonly known = new LRUCache<string, Translation>({ maxSize: MAX_KNOWN_BYTES });

  constructor(@Inject(OBJECT_STORES) private readonly stores: ObjectStores) {}

  /** `named` are the fields of `body`. Throws `bad-parameter`. */
  translate(named: NamedFields, body: Uint8Array, tenantId: string): Translation {
    if (body.length > MAX_BODY_BYTES) return this.work(named, tenantId);
    const key = `${tenantId}:${hash('sha256', body, 'base64')}`;
    const known = this.known.get(key);
    if (known) return known;
    const translation = this.work(named, tenantId);
    this.known.set(key, translation, { size: SIZE_FACTOR * body.length });
    return translation;
  }

  private work(named: NamedFields, tenantId: string): Translation {
    const { fields, ignored } = readFields(named);
    const findStore = (driver: 's3' | 'file', location: string): string | undefined =>
      this.stores.find(driver, location)?.id;
    return { ...translateExport(fields, { tenantId, findStore }), ignored };
  }
}
