import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IsobmffError } from '../isobmff-error.js';
import { readMovie } from '../movie/read-movie.js';
import { bytesFromHex } from '../testing/box-bytes.js';
import { boxBytes, childBoxes, findBox, requireBox, requireTopBox, topBoxes } from './box-view.js';

const NESTED = '00000018 6d6f6f76 00000008 7472616b 00000008 7472616b';

describe('box walk', () => {
  it('names boxes of one type by their position', () => {
    const [moov] = topBoxes(bytesFromHex(NESTED));
    expect(childBoxes(moov).map(({ path, startByte }) => [path, startByte])).toEqual([
      ['moov/trak', 8],
      ['moov/trak[1]', 16],
    ]);
  });

  it('reads a 64-bit size', () => {
    const [box] = topBoxes(bytesFromHex('00000001 6d646174 0000000000000012 abcd'));
    expect(box).toMatchObject({ type: 'mdat', bodyByte: 16, endByte: 18 });
  });

  it('lets a box of size 0 reach to the end', () => {
    const [box] = topBoxes(bytesFromHex('00000000 6d646174 010203'));
    expect(box.endByte).toBe(11);
  });

  it.each([
    ['a header that is cut', '0000 0008 6d', 'box-truncated', 0],
    ['a largesize that is cut', '00000001 6d646174 0000', 'box-truncated', 0],
    ['a box that leaves the file', '00000009 66726565', 'box-truncated', 0],
    ['a size below the header', '00000007 66726565', 'box-size-invalid', 0],
    ['rubbish behind a box', '00000008 66726565 00', 'box-truncated', 8],
  ])('refuses %s with its place', (_name, text, code, byteOffset) => {
    expect(() => topBoxes(bytesFromHex(text))).toThrow(
      expect.objectContaining({ code, details: { boxPath: '', byteOffset } }),
    );
  });

  it('names the path of a damaged box inside others', () => {
    const [moov] = topBoxes(bytesFromHex('00000010 6d6f6f76 000000ff 7472616b'));
    expect(() => childBoxes(moov)).toThrow(
      expect.objectContaining({ code: 'box-truncated', details: { boxPath: 'moov', byteOffset: 8 } }),
    );
  });

  it('finds boxes by path or says what is missing', () => {
    const moov = requireTopBox(bytesFromHex(NESTED), 'moov');
    expect(boxBytes(requireBox(moov, 'trak'))).toHaveLength(8);
    expect(findBox(moov, 'trak/mdia')).toBeUndefined();
    expect(() => requireBox(moov, 'mvhd')).toThrow(expect.objectContaining({ code: 'box-missing' }));
    expect(() => requireTopBox(bytesFromHex(NESTED), 'ftyp')).toThrow(expect.objectContaining({ code: 'box-missing' }));
  });

  it('answers any bytes with a movie or a named error', () => {
    const refused = (bytes: Uint8Array): boolean => {
      try {
        readMovie(bytes);
        return false;
      } catch (error) {
        return error instanceof IsobmffError;
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expect(refused(bytes)).toBe(true)));
  });
});
