import { TimelineError } from '../timeline/timeline-error.js';
import { DEFAULT_PROFILE_NAME, type Encoding } from './encoding.js';
import { type EncodingLimits, type EncodingProblem, encodingProblems } from './encoding-limits.js';
import type { TranscodePolicy } from './output.js';

/** What there is to encode with. */
export interface EncodingCatalog {
  /** By name; one is called `default`. */
  profiles: Readonly<Record<string, Encoding>>;
  limits: EncodingLimits;
}

/** Profile or own settings as one encoding. Throws `bad-parameter` that names the field. */
export const resolveEncoding = (policy: TranscodePolicy, catalog: EncodingCatalog): Encoding => {
  const { profile, video, audio } = policy;
  if (video === undefined) return profileNamed(profile ?? DEFAULT_PROFILE_NAME, catalog);
  const encoding = { video, audio: audio ?? profileNamed(DEFAULT_PROFILE_NAME, catalog).audio };
  const problems = encodingProblems(encoding, catalog.limits);
  if (problems.length > 0) throw beyond(problems);
  return encoding;
};

const profileNamed = (name: string, { profiles }: EncodingCatalog): Encoding => {
  if (Object.hasOwn(profiles, name)) return profiles[name];
  const names = Object.keys(profiles).join(', ');
  const text = `output.codec.profile: there is no profile "${name}"; there are ${names}.`;
  throw new TimelineError('bad-parameter', text, { field: 'output.codec.profile' });
};

const beyond = (problems: EncodingProblem[]): TimelineError => {
  const fields = problems.map(({ field, message }) => ({ field: `output.codec.${field}`, message }));
  const text = fields.map(({ field, message }) => `${field} ${message}`).join('; ');
  return new TimelineError('bad-parameter', `${text}.`, { field: fields[0].field, fields });
};
