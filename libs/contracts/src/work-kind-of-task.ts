import type { TaskKind } from '@clipfleet/timeline';
import type { WorkKind } from './subjects.js';

/** Which kind of process does a task. */
export const workKindOfTask: Readonly<Record<TaskKind, WorkKind>> = {
  'ts-parts': 'segment',
  'remux-range': 'segment',
  'encode-range': 'transcode',
  'encode-audio': 'transcode',
  render: 'transcode',
  picture: 'thumb',
  storyboard: 'thumb',
};
