/** The same bytes in fewer pieces: neighbours that lie one behind the other in one memory become one view of it. */
export const joinAdjacent = (pieces: readonly Uint8Array[]): Uint8Array[] => {
  const joined: Uint8Array[] = [];
  let first = 0;
  for (let at = 1; at <= pieces.length; at++) {
    if (at < pieces.length && follows(pieces[at], pieces[at - 1])) continue;
    joined.push(viewOver(pieces[first], pieces[at - 1]));
    first = at;
  }
  return joined;
};

const follows = (piece: Uint8Array, before: Uint8Array): boolean =>
  piece.buffer === before.buffer && piece.byteOffset === before.byteOffset + before.byteLength;

const viewOver = (first: Uint8Array, last: Uint8Array): Uint8Array => {
  if (first === last) return first;
  return new Uint8Array(first.buffer, first.byteOffset, last.byteOffset + last.byteLength - first.byteOffset);
};
