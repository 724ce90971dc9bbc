const LENGTH_BYTES = 4;
const START_CODE = [0, 0, 0, 1];

/** The NAL units of a sample as the demuxer gives it: views, in order. */
export const nalsOf = (data: Uint8Array): Uint8Array[] => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const nals: Uint8Array[] = [];
  for (let at = 0; at + LENGTH_BYTES <= data.length;) {
    const end = at + LENGTH_BYTES + view.getUint32(at);
    nals.push(data.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return nals;
};

/** How long {@link toLengthPrefixed} is. */
export const lengthPrefixedBytes = (nals: readonly Uint8Array[]): number => {
  let sizeBytes = 0;
  for (const nal of nals) sizeBytes += LENGTH_BYTES + nal.length;
  return sizeBytes;
};

/** Writes NAL units behind their lengths into `data`, which has the room. */
export const putLengthPrefixed = (nals: readonly Uint8Array[], data: Uint8Array): void => {
  let at = 0;
  for (const nal of nals) {
    data[at] = nal.length >>> 24;
    data[at + 1] = nal.length >>> 16;
    data[at + 2] = nal.length >>> 8;
    data[at + 3] = nal.length;
    data.set(nal, at + LENGTH_BYTES);
    at += LENGTH_BYTES + nal.length;
  }
};

/** NAL units behind their lengths: what a sample of an mp4 is. */
export const toLengthPrefixed = (nals: readonly Uint8Array[]): Uint8Array => {
  const data = new Uint8Array(lengthPrefixedBytes(nals));
  putLengthPrefixed(nals, data);
  return data;
};

/** NAL units behind start codes of 4 bytes (ITU-T H.264 Annex B, H.265 Annex B). */
export const toByteStream = (nals: readonly Uint8Array[]): Uint8Array => {
  const data = toLengthPrefixed(nals);
  let at = 0;
  for (const nal of nals) {
    data.set(START_CODE, at);
    at += LENGTH_BYTES + nal.length;
  }
  return data;
};

/**
 * A NAL unit alone, without trailing_zero_8bits and the zero_byte of the one behind it: none ends with 0
 * (ITU-T H.264 §7.4.1, H.265 §7.4.2.1).
 */
export const withoutTrailingZeros = (nal: Uint8Array): Uint8Array => {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end--;
  return nal.subarray(0, end);
};
