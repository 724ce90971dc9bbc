/**
 * Why a file, a report or a request was refused.
 *
 * Reading: `box-truncated`, `box-size-invalid`, `box-missing`, `box-version-unsupported`, `count-out-of-bounds`.
 * Writing: `value-out-of-range`, `codec-unsupported`.
 * Reports and their merge: `report-invalid`, `range-order`, `sample-rate-changed`, `nothing-to-write`. Encoded edges: `edge-not-encodable`.
 */
export type IsobmffErrorCode =
  | 'box-truncated'
  | 'box-size-invalid'
  | 'box-missing'
  | 'box-version-unsupported'
  | 'count-out-of-bounds'
  | 'value-out-of-range'
  | 'codec-unsupported'
  | 'report-invalid'
  | 'range-order'
  | 'sample-rate-changed'
  | 'nothing-to-write'
  | 'edge-not-encodable';

/** Where and what: `boxPath` and `byteOffset` for reading, ranges, runs and PIDs for merging. */
export type IsobmffErrorDetails = Readonly<Record<string, string | number | undefined>>;

export class IsobmffError extends Error {
  constructor(
    readonly code: IsobmffErrorCode,
    message: string,
    readonly details: IsobmffErrorDetails = {},
  ) {
    super(message);
    this.name = 'IsobmffError';
  }
}
