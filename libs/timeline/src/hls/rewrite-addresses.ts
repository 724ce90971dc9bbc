/** Inside an attribute list (RFC 8216 §4.2) an address is a quoted string, which holds no quotes. */
const URI_ATTRIBUTE = /([:,] *URI=")([^"]*)(")/g;

/**
 * A playlist with other addresses: of segments and variants, which are lines of their own, and of keys, maps and renditions,
 * which are attributes of tags. Undefined from `addressOf` leaves one as it is. All else stays as it was written.
 */
export const rewriteAddresses = (playlist: string, addressOf: (uri: string) => string | undefined): string => {
  const known = new Map<string, string>();
  const rewritten = (uri: string): string => {
    let address = known.get(uri);
    if (address === undefined) known.set(uri, (address = addressOf(uri) ?? uri));
    return address;
  };
  const lines = playlist.split('\n').map((line) => {
    const text = line.trim();
    if (text === '') return line;
    if (!text.startsWith('#')) return rewritten(text);
    if (!text.startsWith('#EXT') || !text.includes('URI="')) return line;
    return line.replace(
      URI_ATTRIBUTE,
      (_all, before: string, uri: string, after: string) => before + rewritten(uri) + after,
    );
  });
  return lines.join('\n');
};
