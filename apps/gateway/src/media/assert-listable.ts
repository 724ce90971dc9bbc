import { oneFieldError } from '@clipfleet/contracts';
import type { FileRecording } from './recording-reader.js';

/** A playlist names segments of its own store only: others have no address beside it. */
export const assertListable = (recordings: readonly FileRecording[], storeId: string, field: string): void => {
  const other = recordings.find(({ file }) => file.at.storeId !== storeId);
  if (!other) return;
  throw oneFieldError(
    field,
    `names a recording of the store ${other.file.at.storeId}; a playlist of it cannot lie in ${storeId}, an mp4, mov or ts can`,
  );
};
