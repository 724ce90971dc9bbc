import {
  decodeRangeReports,
  IsobmffError,
  type IsobmffErrorCode,
  type MergedHeader,
  type MergeOptions,
  mergeRanges,
} from '@clipfleet/isobmff';

/** Plain data, so that it can be sent to a thread. */
export interface MergeRequest {
  /** As encodeRangeReport wrote them, in the order of the ranges. */
  reports: readonly Uint8Array[];
  /** The same of tracks beside the ranges. */
  besides?: readonly Uint8Array[];
  options: Omit<MergeOptions, 'besides'>;
}

export type MergeReply = { ok: true; header: MergedHeader } | { ok: false; code: IsobmffErrorCode; message: string };

/** Errors as data, since a class does not survive the passage between threads. */
export const replyToMerge = ({ reports, besides = [], options }: MergeRequest): MergeReply => {
  try {
    const tracks = { besides: besides.flatMap(decodeRangeReports) };
    return { ok: true, header: mergeRanges(reports.flatMap(decodeRangeReports), { ...options, ...tracks }) };
  } catch (thrown) {
    if (!(thrown instanceof IsobmffError)) throw thrown;
    return { ok: false, code: thrown.code, message: thrown.message };
  }
};
