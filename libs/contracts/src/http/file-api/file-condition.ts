/** What a list of files can be narrowed by. Times are epoch ms. */
export const fileFields = {
  id: 'text',
  name: 'text',
  cdnPath: 'text',
  mediaType: 'text',
  mimeType: 'text',
  status: 'text',
  categoryId: 'text',
  sizeBytes: 'number',
  createdAtMs: 'number',
  updatedAtMs: 'number',
} as const;
export type FileField = keyof typeof fileFields;
type Value = string | number | null;

export type FileCondition =
  | { kind: 'all' | 'any'; of: FileCondition[] }
  | { kind: 'compare'; field: FileField; operator: '=' | '<>' | '<' | '<=' | '>' | '>='; value: Value }
  | { kind: 'among'; field: FileField; isIn: boolean; values: (string | number)[] }
  /** Case matters. */
  | { kind: 'contains'; field: FileField; text: string }
  /** A POSIX regular expression. */
  | { kind: 'matches'; field: FileField; pattern: string };

export const ALL_FILES: FileCondition = { kind: 'all', of: [] };
