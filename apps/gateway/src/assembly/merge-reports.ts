import {
  decodeRangeReport,
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
  options: MergeOptions;
}

export type MergeReply = { ok: true; header: MergedHeader } | { ok: false; code: IsobmffErrorCode; message: string };

/** Errors as data, since a class does not survive the passage between threads. */
export const replyToMerge = ({ reports, options }: MergeRequest): MergeReply => {
  try {
    return { ok: true, header: mergeRanges(reports.map(decodeRangeReport), options) };
  } catch (thrown) {
    if (!(thrown instanceof IsobmffError)) throw thrown;
    return { ok: false, code: thrown.code, message: thrown.message };
  }
};
