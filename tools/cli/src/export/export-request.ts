/** What `clipfleet export` takes, in the words of the command line. */
export interface ExportOptions {
  playlistKey: string;
  storageType: string;
  storageLocation: string;
  sourceBucket: string;
  uploadBucket: string;
  token: string;
  type: ExportType;
  /** Epoch ms, or ms from the start of the recording when below 10^12. */
  startMs: number;
  durationMs: number;
  fileName: string;
  overwrite: boolean;
}

export const exportTypes = ['mp4', 'mov', 'ts', 'thumb', 'json', 'tvu'] as const;
export type ExportType = (typeof exportTypes)[number];

/** export_type of the API: 0 media, 3 playlist as JSON, 4 the same encrypted. */
const EXPORT_TYPE: Partial<Record<ExportType, number>> = { json: 3, tvu: 4 };

/** The body of POST /api/resource/v1/i/export. */
export const exportRequest = (options: ExportOptions): Record<string, unknown> => {
  const isThumb = options.type === 'thumb';
  const isDash = options.playlistKey.endsWith('.mpd');
  return {
    SessionId: options.token,
    ServiceCaller: 'clipfleet-cli',
    [isDash ? 'LivePath' : 'HiResFilePath']: options.playlistKey,
    FileName: options.fileName,
    FetchThumb: isThumb,
    FetchMedia: !isThumb,
    ...(isThumb
      ? { StartTime: formatClock(options.startMs) }
      : {
          StartPos: options.startMs,
          Duration: options.durationMs,
          export_type: EXPORT_TYPE[options.type] ?? 0,
          media_type: options.type in EXPORT_TYPE ? 'm3u8' : options.type,
        }),
    is_cover: options.overwrite,
    storage_info: storageInfoText(options),
  };
};

export type StorageChoice = Pick<ExportOptions, 'storageType' | 'storageLocation' | 'sourceBucket' | 'uploadBucket'>;

/** The field storage_info: base64 JSON of where the recording lies and where the result goes. */
export const storageInfoText = (options: StorageChoice): string =>
  Buffer.from(JSON.stringify(storageInfo(options))).toString('base64');

const storageInfo = (options: StorageChoice): Record<string, unknown>[] => {
  const common = {
    storage_type: options.storageType,
    storage_enable: true,
    storage_location: options.storageLocation,
    storage_description: '',
  };
  return [
    { storage_purpose: 'ts', ...common, storage_root_folder: '', storage_name: options.sourceBucket },
    { storage_purpose: 'upload', ...common, storage_root_folder: 'clipfleet', storage_name: options.uploadBucket },
  ];
};

/** StartTime is `hh:mm:ss` from the start of the recording. */
export const formatClock = (offsetMs: number): string => {
  const seconds = Math.floor(offsetMs / 1000);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
};

/** `--from`: epoch ms, ms from the start, `hh:mm:ss[.mmm]` from the start, or an ISO date. */
export const parseStart = (text: string): number | undefined => {
  if (/^\d+$/.test(text)) return Number(text);
  const clock = /^(\d+):([0-5]\d):([0-5]\d)(?:\.(\d{1,3}))?$/.exec(text);
  if (clock) {
    const [, hours, minutes, seconds, fraction = '0'] = clock;
    return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'));
  }
  const epochMs = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(epochMs) ? undefined : epochMs;
};
