import { Readable } from 'node:stream';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClipfleetError } from '@clipfleet/contracts';
import {
  attachmentDisposition,
  contentTypeOf,
  type FileGrant,
  type ObjectInfo,
  OBJECT_STORES,
  type ObjectStore,
  ObjectStoreError,
  type ObjectStores,
  verifyFileUrl,
} from '@clipfleet/object-store';
import { GATEWAY_CONFIG, type GatewayConfig } from '../../gateway-config.js';
import { requestedRange } from './requested-range.js';

/** Of a store's own address, which is used at once. */
const EXPIRES_IN_MS = 3_600_000;

/** Objects of `file` stores by their signed addresses: what an S3 server does for its own. Those of others lead there. */
@Controller('files')
export class FilesController {
  constructor(
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'signingSecret'>,
  ) {}

  @Get('*')
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const grant = this.verify(request.raw.url ?? '');
    const store = this.storeOf(grant);
    if (store.driver === 's3') {
      // a playlist's address of a segment: for each that is played the store's own, which need not last as long
      const url = await store.signedUrl(grant, { expiresInMs: EXPIRES_IN_MS });
      return void reply.status(302).headers({ 'cache-control': 'private, max-age=600', location: url }).send();
    }
    const info = await headOf(store, grant);
    describe(reply, grant, info);
    if (request.headers['if-none-match'] === `"${info.etag}"`) return void reply.status(304).send();
    const ifRange = request.headers['if-range'];
    // RFC 9110 §13.1.5: a range of another version is of no use
    const isSameVersion = ifRange === undefined || ifRange === `"${info.etag}"`;
    const range = requestedRange(isSameVersion ? request.headers.range : undefined, info.sizeBytes);
    if (range === 'unsatisfiable')
      return void reply.status(416).header('content-range', `bytes */${info.sizeBytes}`).send();
    const [startByte, endByte] = range === 'whole' ? [0, info.sizeBytes] : range;
    reply.header('content-length', endByte - startByte);
    if (range !== 'whole')
      reply.status(206).header('content-range', `bytes ${startByte}-${endByte - 1}/${info.sizeBytes}`);
    // An empty stream, since Fastify takes the length of a text for the content's.
    if (request.method === 'HEAD' || endByte === startByte) return void reply.send(Readable.from([]));
    void reply.send(await store.get(grant, range === 'whole' ? {} : { range }));
  }

  private verify(url: string): FileGrant {
    const verdict = verifyFileUrl(url, { signingSecret: this.config.signingSecret, nowMs: Date.now() });
    if (verdict.ok) return verdict.grant;
    if (verdict.reason === 'expired') throw new ClipfleetError('forbidden', 'the address has expired');
    throw new ClipfleetError('forbidden', 'the address has no valid signature');
  }

  private storeOf({ storeId }: FileGrant): ObjectStore {
    const store = this.stores.all().find(({ id }) => id === storeId);
    if (!store) throw noSuchFile();
    return store;
  }
}

const headOf = async (store: ObjectStore, grant: FileGrant): Promise<ObjectInfo> => {
  try {
    const info = await store.head(grant);
    if (info) return info;
  } catch (error) {
    if (!(error instanceof ObjectStoreError) || error.retryable) throw error;
  }
  throw noSuchFile();
};

const noSuchFile = (): ClipfleetError => new ClipfleetError('not-found', 'there is no such file');

/** Objects are a tenant's: a browser that opens one must not run it as a page of the gateway. */
const describe = (reply: FastifyReply, grant: FileGrant, info: ObjectInfo): void => {
  reply.headers({
    'content-type': info.contentType ?? contentTypeOf(grant.key) ?? 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag: `"${info.etag}"`,
    'last-modified': new Date(info.lastModifiedMs).toUTCString(),
    'cache-control': 'private, no-cache',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'; media-src 'self'; img-src 'self'",
  });
  if (grant.downloadName !== undefined) reply.header('content-disposition', attachmentDisposition(grant.downloadName));
};
