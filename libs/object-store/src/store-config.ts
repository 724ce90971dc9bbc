import { z } from 'zod';
import type { StoreAbilities } from './object-store.js';

/** What AWS and Ceph RGW 20 both do. `clipfleet store probe` says what a store can do, and AWS completes subsets. */
export const S3_ABILITIES: StoreAbilities = {
  storeCopy: true,
  conditionalCreate: true,
  equalParts: false,
  subsetCompletion: false,
};
export const FILE_ABILITIES: StoreAbilities = { ...S3_ABILITIES, subsetCompletion: true };

const abilitiesSchema = (defaults: StoreAbilities) =>
  z
    .strictObject({
      storeCopy: z.boolean().default(defaults.storeCopy),
      conditionalCreate: z.boolean().default(defaults.conditionalCreate),
      equalParts: z.boolean().default(defaults.equalParts),
      subsetCompletion: z.boolean().default(defaults.subsetCompletion),
    })
    .default(defaults);

const common = {
  /** Names the store in messages and in addresses of files. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'an id is made of a-z, 0-9 and "-", 63 characters at most'),
  /** The values of `storage_location` that mean this store. */
  locations: z.array(z.string().min(1, 'a location cannot be empty')).min(1, 'a store needs at least one location'),
};

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

export const s3StoreConfigSchema = z.strictObject({
  ...common,
  driver: z.literal('s3'),
  abilities: abilitiesSchema(S3_ABILITIES),
  /** Absent: AWS, by region. */
  endpoint: httpUrl.optional(),
  /** The host of signed addresses, where clients reach the store under another name. */
  publicEndpoint: httpUrl.optional(),
  region: z.string().min(1, 'region cannot be empty').default('us-east-1'),
  accessKeyId: z.string().min(1, 'accessKeyId cannot be empty'),
  secretAccessKey: z.string().min(1, 'secretAccessKey cannot be empty'),
  forcePathStyle: z.boolean().default(true),
  /**
   * Hash request bodies into the signature. Off: what protects them on their way is TLS, and hashing costs more than
   * remuxing does. Streams are never hashed.
   */
  signPayload: z.boolean().default(false),
  maxConnections: z.int().min(1).max(1000).default(64),
  maxAttempts: z.int().min(1).max(10).default(4),
  /** Without a byte in either direction. A store may be silent for minutes while it copies or completes. */
  idleTimeoutMs: z.int().min(1000).default(120_000),
  /** Until the answer to one attempt at a call that moves no bytes: what is there, what is open, delete this. */
  answerTimeoutMs: z.int().min(1000).default(20_000),
});

export const fileStoreConfigSchema = z.strictObject({
  ...common,
  driver: z.literal('file'),
  abilities: abilitiesSchema(FILE_ABILITIES),
  rootPath: z.string().startsWith('/', 'rootPath must be absolute'),
  /** Wait for the disk before a write is acknowledged. Without it a power cut, not a crash of ours, may lose data. */
  syncWrites: z.boolean().default(true),
});

export const storeConfigSchema = z.discriminatedUnion('driver', [s3StoreConfigSchema, fileStoreConfigSchema], {
  error: 'driver must be "s3" or "file"',
});

/** All stores of a fleet; ids, and locations within a driver, mean one store each. */
export const storeConfigsSchema = z.array(storeConfigSchema).superRefine((configs, context) => {
  const seen = new Set<string>();
  const claim = (name: string, path: (string | number)[]): void => {
    if (seen.has(name)) context.addIssue({ code: 'custom', path, message: `${name} is used twice` });
    seen.add(name);
  };
  configs.forEach((config, index) => {
    claim(`id "${config.id}"`, [index, 'id']);
    for (const location of config.locations) claim(`${config.driver} location "${location}"`, [index, 'locations']);
  });
});

export type StoreConfig = z.output<typeof storeConfigSchema>;
export type StoreConfigInput = z.input<typeof storeConfigSchema>;
export type S3StoreConfig = z.output<typeof s3StoreConfigSchema>;
export type FileStoreConfig = z.output<typeof fileStoreConfigSchema>;
