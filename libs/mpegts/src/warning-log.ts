/** Oddities that are survived. */
export type TsWarningCode =
  | 'sync-lost'
  | 'transport-error'
  | 'continuity-error'
  | 'scrambled'
  | 'section-crc'
  | 'pes-start-missing'
  | 'audio-resync'
  | 'audio-incomplete'
  | 'audio-unreadable'
  | 'time-missing'
  | 'time-jump'
  | 'parameter-set-unreadable';

/** One kind of oddity on one PID, however often it happened. */
export interface TsWarning {
  readonly code: TsWarningCode;
  /** Absent: it concerns the stream as a whole. */
  readonly pid?: number;
  readonly count: number;
  /** Where it happened first: bytes from the start of the input. */
  readonly firstPositionBytes: number;
}

/** Counts warnings by code and PID: a damaged hour must not become a million log lines. */
export class WarningLog {
  private readonly entries = new Map<string, { -readonly [K in keyof TsWarning]: TsWarning[K] }>();

  add(code: TsWarningCode, positionBytes: number, pid?: number): void {
    const key = `${code} ${pid ?? ''}`;
    const entry = this.entries.get(key);
    if (entry !== undefined) entry.count++;
    else this.entries.set(key, { code, pid, count: 1, firstPositionBytes: positionBytes });
  }

  list(): TsWarning[] {
    return [...this.entries.values()].map((entry) => ({ ...entry }));
  }
}
