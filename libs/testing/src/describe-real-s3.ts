import type { S3Access } from '@clipfleet/local-stack';
import { jestDescribe } from './jest-describe.js';
import { testS3 } from './test-servers.js';

const NOWHERE: S3Access = { endpoint: 'http://127.0.0.1:1', region: 'none', accessKeyId: '', secretAccessKey: '' };

/**
 * A suite on the real S3 server. Where there is none it counts as skipped, by name, and the closing summary says why;
 * with CLIPFLEET_REQUIRE_S3=1, as in `.ci/run`, the run would have failed before.
 */
export const describeRealS3 = (name: string, suite: (access: S3Access) => void): void => {
  const describe = jestDescribe();
  const access = testS3();
  if (access) describe(`${name} (real S3)`, () => suite(access));
  else describe.skip(`${name} (skipped: no real S3 server here)`, () => suite(NOWHERE));
};
