import { describe, expect, it } from '@jest/globals';
import { upOptions } from './up-options.js';

describe('upOptions', () => {
  it('uses the file store and free ports when nothing is said', () => {
    expect(upOptions({}, {})).toEqual({
      store: 'file',
      s3: undefined,
      ports: { gateway: undefined, postgres: undefined, nats: undefined, s3: undefined },
      exit: false,
    });
  });

  it('takes an endpoint with credentials of the environment as the S3 store', () => {
    const env = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };
    expect(upOptions({ s3Endpoint: 'http://s3', s3Region: 'eu' }, env)).toMatchObject({
      store: 's3',
      s3: { endpoint: 'http://s3', region: 'eu', accessKeyId: 'id', secretAccessKey: 'key' },
    });
  });

  it('refuses an endpoint without credentials', () => {
    expect(() => upOptions({ s3Endpoint: 'http://s3' }, { AWS_ACCESS_KEY_ID: 'id' })).toThrow(/needs credentials/);
  });
});
