import { ClipfleetError, type ExportRequested } from '@clipfleet/contracts';
import type { ObjectStores } from '@clipfleet/object-store';
import { fileInstantOf, type Plan, planFilePicture } from '@clipfleet/timeline';
import { storeOf } from './load-recording.js';

/** The plan of a picture of a media file; undefined: the edit is of recordings. Throws ClipfleetError, TimelineError, ObjectStoreError. */
export const planFile = async (
  { edit, output }: ExportRequested,
  stores: ObjectStores,
  signal: AbortSignal,
): Promise<Plan | undefined> => {
  const instant = fileInstantOf(edit, output);
  if (!instant) return undefined;
  const { locations } = instant.clip.source;
  for (const at of locations) {
    const found = await storeOf(stores, at).head(at, { signal });
    if (found) return planFilePicture(instant, { ...at, sizeBytes: found.sizeBytes }, output);
  }
  const [{ bucket, key }] = locations;
  throw new ClipfleetError('source-missing', `The file ${key} does not exist in ${bucket}.`, {
    details: { bucket, key },
  });
};
