const NAME = /[A-Za-z0-9-]/;

/**
 * RFC 8216 §4.2, in one pass: names to values, quotes removed. Undefined when the text is not an attribute list.
 * Attribute lists are read here before the parser sees them: its splitting expression takes quadratic time on a line of
 * commas.
 */
export const parseAttributeList = (text: string): Map<string, string> | undefined => {
  const attributes = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    while (text[at] === ' ') at += 1;
    const nameStart = at;
    while (at < text.length && NAME.test(text[at])) at += 1;
    if (at === nameStart || text[at] !== '=') return undefined;
    const name = text.slice(nameStart, at);
    at += 1;
    const quoted = text[at] === '"';
    const end = quoted ? text.indexOf('"', at + 1) : text.indexOf(',', at);
    if (quoted && end === -1) return undefined;
    const value = text.slice(quoted ? at + 1 : at, end === -1 ? undefined : end);
    attributes.set(name, quoted ? value : value.trim());
    at = end === -1 ? text.length : end + (quoted ? 1 : 0);
    while (text[at] === ' ') at += 1;
    if (at < text.length && text[at] !== ',') return undefined;
    at += 1;
  }
  return attributes;
};
