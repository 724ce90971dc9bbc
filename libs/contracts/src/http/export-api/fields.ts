/**
 * The fields of the export API, as its document has them: names, JSON types, bounds, defaults. Validation and the OpenAPI
 * document both follow from this table.
 */
interface Described {
  description: string;
}
export interface IntegerField extends Described {
  type: 'integer';
  min: number;
  max: number;
  /** The only values, where they are few. */
  values?: readonly number[];
  default?: number;
}
export interface BooleanField extends Described {
  type: 'boolean';
  default: boolean;
}
export interface TextField extends Described {
  type: 'string';
  maxBytes: number;
  /** `path`, `name`: parts of object keys. `line`: no control characters. `verbatim`: anything but NUL. `base64`: checked by its reader. */
  form: 'path' | 'name' | 'line' | 'verbatim' | 'base64';
  values?: readonly string[];
  pattern?: { regex: RegExp; meaning: string };
  default?: string;
}
export type FieldSpec = IntegerField | BooleanField | TextField;

/** The last instant whose 90 kHz ticks are still an exact number: the year 5138. */
export const MAX_EPOCH_MS = 99_999_999_999_999;
/** StartPos + Offset counts as epoch ms from here on (9 September 2001), as ms from the recording's start below it. */
export const EPOCH_MS_FROM = 1_000_000_000_000;
/** Three years. The limit that matters is the fleet's configured one, which the planner applies (code 31). */
export const MAX_DURATION_MS = 100_000_000_000;
/** Leaves room for suffixes within the 255 bytes file systems allow a name. */
const MAX_FILE_NAME_BYTES = 180;
const MAX_STORAGE_INFO_BYTES = 65_536;
const MAX_DESCRIPTION_BYTES = 65_536;

const integer = <M extends Partial<IntegerField>>(min: number, max: number, description: string, more = {} as M) => ({
  type: 'integer' as const,
  min,
  max,
  description,
  ...more,
});
const flag = (description: string): BooleanField => ({ type: 'boolean', default: false, description });
const text = <M extends Partial<TextField>>(
  form: TextField['form'],
  maxBytes: number,
  description: string,
  more = {} as M,
) => ({ type: 'string' as const, form, maxBytes, description, ...more });

export const exportApiFields = {
  StartPos: integer(
    0,
    MAX_EPOCH_MS,
    'Media: where the clip starts. StartPos + Offset is epoch ms from 10^12 on, else ms from the start of the recording. Required with FetchMedia.',
  ),
  StartTime: text(
    'line',
    16,
    'Thumbnail: `hh:mm:ss` from the start of the recording. Required with FetchThumb, unused with FetchMedia.',
    {
      pattern: { regex: /^\d{2,3}:[0-5]\d:[0-5]\d$/, meaning: 'must have the form hh:mm:ss' },
    },
  ),
  Offset: integer(-MAX_EPOCH_MS, MAX_EPOCH_MS, 'Media: ms added to StartPos; may be negative.', { default: 0 }),
  Duration: integer(1, MAX_DURATION_MS, 'Media: length of the clip in ms. Required with FetchMedia.'),
  LivePath: text('path', 1024, 'Path of the recording’s mpd in the `ts` storage. Excludes HiResFilePath.'),
  HiResFilePath: text('path', 1024, 'Path of the recording’s m3u8 in the `ts` storage. Excludes LivePath.'),
  FileName: text('name', MAX_FILE_NAME_BYTES, 'Name of the output without its suffix. Required.'),
  FetchThumb: flag('Make a thumbnail (jpg). Excludes FetchMedia; one of the two is true.'),
  FetchMedia: flag('Make ts, mp4, mov or a playlist. Excludes FetchThumb.'),
  IsUriEncode: flag('storage_info is URI-encoded: the base64 text itself, the JSON inside, or both.'),
  export_type: integer(0, 4, '0: ts, mp4 or mov; 3: json (m3u8); 4: encrypted json (JWE).', {
    values: [0, 3, 4],
    default: 0,
  }),
  media_type: text(
    'line',
    8,
    'ts, mp4, mov (or movm); m3u8 with export_type 3 and 4. Required with FetchMedia and export_type 0.',
    {
      values: ['ts', 'mp4', 'mov', 'movm', 'm3u8'],
    },
  ),
  is_cover: flag('Replace an output that is there already. Otherwise its presence means finished.'),
  not_fast_ts_extract: flag(
    'ts: one worker downloads and joins the segments instead of copying them inside the store.',
  ),
  not_fast_tvu264: flag('ts, mp4, mov: one worker with one ffmpeg over the whole playlist.'),
  storage_info: text(
    'base64',
    MAX_STORAGE_INFO_BYTES,
    'Base64 of a JSON array of storage entries (see StorageEntry). Required.',
  ),
  project: text('verbatim', 1024, 'Told back verbatim in the JSON of export_type 3 and 4.', { default: '' }),
  description: text('verbatim', MAX_DESCRIPTION_BYTES, 'Told back verbatim in the JSON of export_type 3 and 4.', {
    default: '',
  }),
  PeerId: text('line', 1024, 'Kept beside the export.'),
  SessionId: text('line', 1024, 'A token of the tenant. Alternatively the header `Authorization: Bearer`.'),
  UserId: text('line', 1024, 'Kept beside the export.'),
  ServiceCaller: text('line', 1024, 'Kept beside the export.'),
} as const satisfies Record<string, FieldSpec>;

export type ExportApiFieldName = keyof typeof exportApiFields;

type ValueOf<F extends FieldSpec> = F['type'] extends 'integer'
  ? number
  : F['type'] extends 'boolean'
    ? boolean
    : string;
/** Checked values: defaults filled in; absent where there is no default. */
export type ExportApiFields = {
  [K in ExportApiFieldName as (typeof exportApiFields)[K] extends { default: unknown } ? K : never]: ValueOf<
    (typeof exportApiFields)[K]
  >;
} & {
  [K in ExportApiFieldName as (typeof exportApiFields)[K] extends { default: unknown } ? never : K]?: ValueOf<
    (typeof exportApiFields)[K]
  >;
};
