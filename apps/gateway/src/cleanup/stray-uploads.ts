import type { UploadRecord } from '@clipfleet/ledger';
import type { OpenUpload } from '@clipfleet/object-store';

/** The store's clock against ours. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Uploads that a recorded intent may have opened without anyone hearing of it: at exactly its key, opened around its time,
 * and known to no other record. While another intent at the key is young, what is open there may become its upload.
 */
export const strayUploads = (
  intent: UploadRecord,
  open: readonly OpenUpload[],
  recordedAtKey: readonly UploadRecord[],
  { nowMs, graceMs }: { nowMs: number; graceMs: number },
): OpenUpload[] | 'too-early' => {
  const isYoung = (record: UploadRecord): boolean => record.uploadId === null && nowMs - record.createdAtMs < graceMs;
  if (isYoung(intent) || recordedAtKey.some(isYoung)) return 'too-early';
  const known = new Set(recordedAtKey.map((record) => record.uploadId));
  return open.filter(
    (upload) =>
      upload.key === intent.at.key &&
      !known.has(upload.uploadId) &&
      upload.initiatedMs >= intent.createdAtMs - CLOCK_SKEW_MS &&
      upload.initiatedMs <= intent.createdAtMs + graceMs + CLOCK_SKEW_MS,
  );
};
