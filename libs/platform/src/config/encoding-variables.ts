import {
  BUILT_IN_PROFILES,
  DEFAULT_ENCODING_LIMITS,
  DEFAULT_PROFILE_NAME,
  encoding,
  encodingLimits,
} from '@clipfleet/timeline';
import { z } from 'zod';
import { jsonVariable } from './variable.js';

const profilesSchema = z
  .record(z.string().regex(/^[A-Za-z0-9._-]{1,64}$/), encoding)
  .refine((profiles) => DEFAULT_PROFILE_NAME in profiles, `needs a profile named "${DEFAULT_PROFILE_NAME}"`);

/** What there is to encode with: the gateway refuses by it, the planner resolves by it. The same for both. */
export const encodingVariables = {
  profiles: jsonVariable('CLIPFLEET_PROFILES', {
    schema: profilesSchema,
    default: JSON.stringify(BUILT_IN_PROFILES),
    secret: false,
    description:
      'JSON object of encoding profiles by name, instead of the built-in ones; `default` is used when codecs do not fit the container. The same for gateway and planner.',
  }),
  encodingLimits: jsonVariable('CLIPFLEET_ENCODING_LIMITS', {
    schema: encodingLimits,
    default: JSON.stringify(DEFAULT_ENCODING_LIMITS),
    secret: false,
    description: 'JSON: what requests may ask of an encoder without a profile. The same for gateway and planner.',
  }),
} as const;
