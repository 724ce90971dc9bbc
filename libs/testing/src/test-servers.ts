import type { S3Access } from '@clipfleet/local-stack';

/** The servers Jest's global setup has started for this run. */
export const testDirectory = (): string => required('CLIPFLEET_TEST_DIR');

/** Superuser's address of the run's Postgres; most tests want `createTestDatabase()`. */
export const testPostgresUrl = (): string => required('CLIPFLEET_TEST_PG_URL');

/** The run's real S3 server, or undefined where none can be had (the closing summary then says why). */
export const testS3 = (): S3Access | undefined => {
  const text = process.env['CLIPFLEET_TEST_S3'];
  return text ? (JSON.parse(text) as S3Access) : undefined;
};

const required = (name: string): string => {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} is not set: tools/jest/global-setup.mjs starts servers for *.int.spec.ts and *.e2e.spec.ts files that name them`,
  );
};
