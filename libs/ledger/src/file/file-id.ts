import { randomBytes } from 'node:crypto';

/** 24 hex characters, as clients of the file API know them: four bytes of unix seconds, eight random ones. */
export const fileId = (nowMs: number): string => {
  const bytes = randomBytes(12);
  bytes.writeUInt32BE(Math.floor(nowMs / 1000) % 2 ** 32);
  return bytes.toString('hex');
};

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CDN_NAME_LENGTH = 16;
/** Bytes from here on would favour the first letters. */
const FAIR_BYTES = 62 * 4;

const NAME_EXTENSION = /\.[0-9A-Za-z]{1,16}$/;

/** 16 random base62 characters and the extension of the file's name, if it has one. */
export const randomCdnPath = (name: string): string => randomCdnName() + (NAME_EXTENSION.exec(name)?.[0] ?? '');

/** 95 bits: who knows the address of a file may read it. */
export const randomCdnName = (): string => {
  let name = '';
  while (name.length < CDN_NAME_LENGTH) {
    for (const byte of randomBytes(CDN_NAME_LENGTH)) {
      if (byte < FAIR_BYTES && name.length < CDN_NAME_LENGTH) name += BASE62[byte % 62];
    }
  }
  return name;
};
