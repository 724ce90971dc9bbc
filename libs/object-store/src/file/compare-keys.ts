/** UTF-16 puts surrogates before U+E000 to U+FFFF; UTF-8 after them. */
const utf8Rank = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);

/** S3's order of keys, which is that of their UTF-8 bytes. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i);
    if (difference !== 0) return utf8Rank(a.charCodeAt(i)) - utf8Rank(b.charCodeAt(i));
  }
  return a.length - b.length;
}
