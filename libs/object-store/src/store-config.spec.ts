import { describe, expect, it } from '@jest/globals';
import { createStores } from './create-stores.js';
import { FILE_ABILITIES, S3_ABILITIES, storeConfigSchema, storeConfigsSchema } from './store-config.js';

const file = { id: 'local', driver: 'file' as const, locations: ['local'], rootPath: '/srv/clips' };
const s3 = { id: 'main', driver: 's3' as const, locations: ['us-east-1'], accessKeyId: 'a', secretAccessKey: 's' };

describe('the configuration of a store', () => {
  it('has defaults for what is left out', () => {
    expect(storeConfigSchema.parse(file)).toEqual({ ...file, abilities: FILE_ABILITIES, syncWrites: true });
    expect(storeConfigSchema.parse(s3)).toEqual({
      ...s3,
      abilities: S3_ABILITIES,
      region: 'us-east-1',
      forcePathStyle: true,
      signPayload: false,
      maxConnections: 64,
      maxAttempts: 4,
      idleTimeoutMs: 120_000,
      answerTimeoutMs: 20_000,
    });
  });

  it('takes some abilities and leaves the others', () => {
    const { abilities } = storeConfigSchema.parse({ ...s3, abilities: { subsetCompletion: true } });
    expect(abilities).toEqual({ ...S3_ABILITIES, subsetCompletion: true });
  });

  it.each<[string, object, string]>([
    ['no driver', { ...file, driver: undefined }, 'driver must be "s3" or "file"'],
    ['an unknown driver', { ...file, driver: 'ftp' }, 'driver must be "s3" or "file"'],
    ['a relative path', { ...file, rootPath: 'clips' }, 'rootPath must be absolute'],
    ['no path', { ...file, rootPath: undefined }, 'rootPath'],
    ['no location', { ...file, locations: [] }, 'a store needs at least one location'],
    ['an id with a slash', { ...file, id: 'a/b' }, 'an id is made of'],
    ['a field it does not know', { ...file, endpoint: 'http://h' }, 'endpoint'],
    ['an ability it does not know', { ...s3, abilities: { teleport: true } }, 'teleport'],
    ['an endpoint that is no URL', { ...s3, endpoint: 'localhost:9000' }, 'must be an http or https URL'],
    ['an endpoint of another protocol', { ...s3, endpoint: 'ftp://h' }, 'must be an http or https URL'],
    ['an empty key', { ...s3, secretAccessKey: '' }, 'secretAccessKey cannot be empty'],
    ['no connections', { ...s3, maxConnections: 0 }, 'maxConnections'],
  ])('is refused with %s', (_name, config, message) => {
    const { error } = storeConfigSchema.safeParse(config);
    expect(JSON.stringify(error?.issues)).toContain(JSON.stringify(message).slice(1, -1));
  });

  it.each<[string, object[], string]>([
    ['an id twice', [file, { ...s3, id: 'local' }], 'id "local" is used twice'],
    ['a location twice', [file, { ...file, id: 'other' }], 'file location "local" is used twice'],
  ])('is refused with %s among the stores', (_name, configs, message) => {
    expect(storeConfigsSchema.safeParse(configs).error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});

describe('the stores', () => {
  const stores = createStores([file, { ...s3, locations: ['us-east-1', 'local'] }]);

  it('are got by id', () => {
    expect(stores.get('main').driver).toBe('s3');
    expect(() => stores.get('none')).toThrow('no store "none" is configured');
  });

  it.each([
    ['file', 'local', 'local'],
    ['s3', 'local', 'main'],
    ['s3', 'us-east-1', 'main'],
    ['file', 'us-east-1', undefined],
    ['s3', 'elsewhere', undefined],
  ] as const)('are found by driver %p and location %p: %p', (driver, location, id) => {
    expect(stores.find(driver, location)?.id).toBe(id);
  });

  it('are all listed, and close', async () => {
    expect(stores.all().map(({ id }) => id)).toEqual(['local', 'main']);
    await expect(stores.close()).resolves.toBeUndefined();
  });
});
