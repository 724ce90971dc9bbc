/**
 * Postgres keeps neither U+0000 in text and jsonb nor lone surrogates in jsonb, and both can come from a playlist or from
 * ffmpeg's messages. They become U+FFFD, as every decoder of broken text does it.
 */
export const cleanText = (text: string): string => replaceLoneSurrogates(text.replaceAll('\u0000', '\ufffd'));

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const replaceLoneSurrogates = (text: string): string => text.replace(loneSurrogate, '\ufffd');

/** JSON.stringify escapes exactly what jsonb refuses (and, harmlessly, the text `\\u0000`): a plan is cleaned only if it must be. */
const suspicious = /\\u(?:0000|d[89a-f])/;

/** What a jsonb column gives back of a value that was written as `text`. A cleaned one has U+FFFD in it. */
export const keptOf = <T>(value: T, text: string): T => (text.includes('\ufffd') ? (JSON.parse(text) as T) : value);

/** A value as text for a jsonb parameter. */
export const toJson = (value: unknown): string => {
  const text = JSON.stringify(value);
  if (!suspicious.test(text)) return text;
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' ? cleanText(item) : item));
};
