import { type S3Access, ToolUnavailable } from '@clipfleet/local-stack';
import { describeWith } from './describe-with-tool.js';
import { testS3 } from './test-servers.js';

const NOWHERE: S3Access = { endpoint: 'http://127.0.0.1:1', region: 'none', accessKeyId: '', secretAccessKey: '' };

const findRealS3 = (): S3Access => {
  const access = testS3();
  if (!access) throw new ToolUnavailable('no real S3 server here');
  return access;
};

/** A suite on the real S3 server; with CLIPFLEET_REQUIRE_S3=1, as in `.ci/run`, a run without one has failed before. */
export const describeRealS3 = (name: string, suite: (access: S3Access) => void): void =>
  describeWith(findRealS3, NOWHERE, `${name} (real S3)`, suite);
