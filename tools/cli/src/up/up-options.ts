import { UsageError } from '../terminal.js';
import type { UpOptions } from './up.js';

/** As commander gives them. */
export interface UpFlags {
  store?: 'file' | 's3';
  s3Endpoint?: string;
  s3Region?: string;
  s3AccessKeyId?: string;
  s3SecretAccessKey?: string;
  port?: number;
  postgresPort?: number;
  natsPort?: number;
  s3Port?: number;
  exit?: boolean;
}

export const upOptions = (flags: UpFlags, env: NodeJS.ProcessEnv = process.env): UpOptions => ({
  // an endpoint says it all
  store: flags.s3Endpoint === undefined ? (flags.store ?? 'file') : 's3',
  s3: flags.s3Endpoint === undefined ? undefined : s3Access(flags.s3Endpoint, flags, env),
  ports: { gateway: flags.port, postgres: flags.postgresPort, nats: flags.natsPort, s3: flags.s3Port },
  exit: flags.exit ?? false,
});

const s3Access = (endpoint: string, flags: UpFlags, env: NodeJS.ProcessEnv): NonNullable<UpOptions['s3']> => {
  const accessKeyId = flags.s3AccessKeyId ?? env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = flags.s3SecretAccessKey ?? env['AWS_SECRET_ACCESS_KEY'];
  if (!accessKeyId || !secretAccessKey) {
    throw new UsageError(
      '--s3-endpoint needs credentials: --s3-access-key-id and --s3-secret-access-key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  }
  return { endpoint, region: flags.s3Region ?? 'us-east-1', accessKeyId, secretAccessKey };
};
