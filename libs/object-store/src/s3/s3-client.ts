import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3StoreConfig } from '../store-config.js';

const CONNECT_TIMEOUT_MS = 5_000;
const BODY_COMMANDS: ReadonlySet<string | undefined> = new Set(['PutObjectCommand', 'UploadPartCommand']);

const ignore = (): void => undefined;
/** What goes wrong is thrown, with its cause; otherwise the SDK writes some of it to the console too. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The SDK's client with a pool of kept connections and its own retries; `endpoint` overrides the configured one. */
export function createS3Client(config: S3StoreConfig, endpoint = config.endpoint): S3Client {
  const pool = { keepAlive: true, maxSockets: config.maxConnections };
  const client = new S3Client({
    region: config.region,
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    forcePathStyle: config.forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: config.maxAttempts,
    requestHandler: {
      httpAgent: new HttpAgent(pool),
      httpsAgent: new HttpsAgent(pool),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: config.idleTimeoutMs,
      // of those calls that have one (`S3Objects`); left alone the SDK only warns
      throwOnRequestTimeout: true,
    },
    // The default adds checksum trailers, which older servers refuse or ignore and which cost more than half the speed.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    logger: SILENT,
  });
  if (!config.signPayload) leavePayloadUnsigned(client);
  return client;
}

/**
 * The signer takes the hash it finds in the request, whatever the protocol; left alone it hashes bodies of bytes.
 * S3 API reference, "Signature calculations for the Authorization header": `x-amz-content-sha256: UNSIGNED-PAYLOAD`.
 */
function leavePayloadUnsigned(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const request = args.request as { headers?: Record<string, string> };
      if (BODY_COMMANDS.has(context.commandName) && request.headers !== undefined) {
        request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      }
      return next(args);
    },
    { step: 'build', name: 'leavePayloadUnsigned' },
  );
}
