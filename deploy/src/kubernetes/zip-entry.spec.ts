import { describe, expect, it } from '@jest/globals';
import { deflateRawSync } from 'node:zlib';
import { readZipEntry } from './zip-entry.js';

interface Entry {
  name: string;
  content: Buffer;
  method: number;
}

/** A zip by APPNOTE 4.3.6, with an extra field in each local header that the directory does not have. */
const zipOf = (entries: readonly Entry[], comment = ''): Buffer => {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, method } of entries) {
    const data = method === 8 ? deflateRawSync(content) : content;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(4, 28);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    const bytes = Buffer.concat([local, Buffer.from(name), Buffer.alloc(4), data]);
    locals.push(bytes);
    directory.push(central, Buffer.from(name));
    offset += bytes.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, ...directory, end, Buffer.from(comment)]);
};

const content = Buffer.from('kubectl '.repeat(1000));

describe('an entry of a zip', () => {
  it.each([0, 8])('is read by its name, packed by method %i', (method) => {
    const zip = zipOf([
      { name: 'helm/helm', content: Buffer.from('x'), method: 0 },
      { name: 'kubectl/kubectl', content, method },
    ]);
    expect(readZipEntry(zip, 'kubectl/kubectl').equals(content)).toBe(true);
  });

  it('is found behind a comment', () => {
    expect(readZipEntry(zipOf([{ name: 'a', content, method: 8 }], 'a comment'), 'a').equals(content)).toBe(true);
  });

  it.each([
    ['is not there', zipOf([{ name: 'a', content, method: 8 }]), /the zip has no b/],
    ['is packed by a method we do not know', zipOf([{ name: 'b', content, method: 14 }]), /method 14/],
    ['is of no zip', Buffer.from('PK, but not a zip at all'), /not a zip/],
  ])('is refused when it %s', (_, zip, message) => {
    expect(() => readZipEntry(zip, 'b')).toThrow(message);
  });
});
