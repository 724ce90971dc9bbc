import { Inject, Injectable } from '@nestjs/common';
import { type FileRecord, mayRead, type TenantPlaces } from '@clipfleet/ledger';
import { OBJECT_STORES, type ObjectStores, signFileUrl } from '@clipfleet/object-store';
import {
  DEFAULT_PARSE_LIMITS,
  type ObjectRef,
  resolveBase,
  resolveKey,
  rewriteAddresses,
  TimelineError,
} from '@clipfleet/timeline';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { FilePlace } from './file-place.js';
import { HLS_TYPE } from './sniff-content.js';

/** Whoever begins to play something may play it to its end. */
const EXPIRES_IN_MS = 24 * 3_600_000;
const PLAYLIST_KEY = /\.m3u8?$/i;

/**
 * Playlists as players can use them. What lies in a store names its segments by where they lie beside it, which an address that
 * is signed for one object alone does not lead to: each gets a signed address of its own.
 */
@Injectable()
export class PlayablePlaylists {
  constructor(
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(FilePlace) private readonly place: FilePlace,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'signingSecret' | 'publicUrl'>,
  ) {}

  /** One that is larger than any that we read is passed on as it is. */
  serves({ mimeType, sizeBytes }: FileRecord): boolean {
    return mimeType === HLS_TYPE && sizeBytes <= DEFAULT_PARSE_LIMITS.maxPlaylistBytes;
  }

  /** `addressOf`: of another file of the tenant, by its path. */
  async textOf({ at }: FileRecord, tenant: TenantPlaces, addressOf: (cdnPath: string) => string): Promise<string> {
    const { maxPlaylistBytes: limitBytes } = DEFAULT_PARSE_LIMITS;
    const bytes = await this.stores.get(at.storeId).getBytes(at, { limitBytes });
    const whole = this.place.whole(tenant.slug);
    const isOwn = (to: ObjectRef): boolean =>
      to.storeId === whole.storeId && to.bucket === whole.bucket && to.key.startsWith(whole.prefix);
    const expiresAtMs = Date.now() + EXPIRES_IN_MS;
    return rewriteAddresses(new TextDecoder().decode(bytes), (uri) => {
      const to = resolved(uri, at);
      if (!to || !(isOwn(to) || mayRead(tenant, to))) return undefined;
      // a playlist again: its own addresses have to be signed, too
      if (isOwn(to) && PLAYLIST_KEY.test(to.key)) return addressOf(to.key.slice(whole.prefix.length));
      return signFileUrl({ ...to, expiresAtMs }, this.config);
    });
  }
}

/** What an address in a playlist means; buckets of a store are folders beside each other. Undefined: nothing of the store. */
const resolved = (uri: string, from: ObjectRef): ObjectRef | undefined => {
  try {
    if (uri.startsWith('/')) return { ...from, key: resolveKey(uri, from.key) };
    const path = resolveBase(uri, `${from.bucket}/${from.key}`);
    const slash = path.indexOf('/');
    const [bucket, key] = [path.slice(0, slash), path.slice(slash + 1)];
    return slash < 1 || key === '' ? undefined : { storeId: from.storeId, bucket, key };
  } catch (error) {
    if (error instanceof TimelineError) return undefined;
    throw error;
  }
};
