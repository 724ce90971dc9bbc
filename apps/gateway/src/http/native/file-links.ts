import { Inject, Injectable } from '@nestjs/common';
import type { ExportResource } from '@clipfleet/contracts';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import type { ExportView } from '../../exports/export-service.js';

const EXPIRES_IN_MS = 3_600_000;

/** Signed addresses of what a completed export made. */
@Injectable()
export class FileLinks {
  constructor(@Inject(OBJECT_STORES) private readonly stores: ObjectStores) {}

  /** Answers of one version have addresses that are good for a while yet: half of their life, or as long as the output stays. */
  versionOf(view: Pick<ExportView, 'state' | 'leftMs'>, nowMs: number): number {
    return isThere(view) ? Math.floor(nowMs / (EXPIRES_IN_MS / 2)) : 0;
  }

  async of(view: ExportView): Promise<Pick<ExportResource, 'files' | 'url'>> {
    if (!isThere(view)) return {};
    const { storeId, bucket, key } = view.destination;
    const store = this.stores.get(storeId);
    const expiresInMs = Math.min(EXPIRES_IN_MS, view.leftMs ?? EXPIRES_IN_MS);
    const expiresAtMs = Date.now() + Math.floor(expiresInMs);
    const files = await Promise.all(
      [key, ...(view.sidecarKeys ?? [])].map(async (key) => ({
        key,
        url: await store.signedUrl({ bucket, key }, { expiresInMs }),
        expiresAtMs,
      })),
    );
    return { files, url: files[0].url };
  }
}

const isThere = ({ state, leftMs }: Pick<ExportView, 'state' | 'leftMs'>): boolean =>
  state === 'completed' && leftMs !== 0;
