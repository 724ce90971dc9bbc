import { type Manifest, Parser } from 'm3u8-parser';
import { checkLineCount, checkPlaylistSize, checkSegmentCount, type ParseLimits } from '../timeline/parse-limits.js';
import { atLine, TimelineError } from '../timeline/timeline-error.js';
import { checkTag } from './hls-tags.js';

/** What the text says of one address and the parser does not keep. */
export interface UriFacts {
  line: number;
  /** EXTINF as written: the parser turns 0 into 0.01 and a negative into the target duration. */
  durationText: string | undefined;
  dateTimeLine: number | undefined;
  implicitOffset: boolean;
}

export interface ReadManifest {
  manifest: Manifest;
  uris: UriFacts[];
}

/** RFC 8216 §4.3.1.1: the first line is EXTM3U. A web server's error page is not. */
const checkHeader = (text: string): void => {
  if (/^#EXTM3U[ \t]*(\r?\n|$)/.test(text)) return;
  const start = text.slice(0, 200).trimStart();
  const html = /^<(!doctype|html|head|body|\?xml)/i.test(start);
  const found = JSON.stringify(start.slice(0, 40));
  throw atLine('playlist-invalid', 1, `#EXTM3U expected, found ${html ? `a web page or XML: ${found}` : found}.`);
};

const newParser = (): Parser => {
  const parser = new Parser();
  // m3u8-parser 7.2 drops the tag without this.
  parser.addParser({ expression: /^#EXT-X-GAP/, customType: 'gap', dataParser: () => true, segment: true });
  return parser;
};

const NOTHING_YET = { durationText: undefined, dateTimeLine: undefined, implicitOffset: false };

/** Collects {@link UriFacts} while it feeds the parser, line by line so that whatever is thrown has a place. */
class ManifestReader {
  private readonly parser = newParser();
  private readonly uris: UriFacts[] = [];
  private pending: Omit<UriFacts, 'line'> = { ...NOTHING_YET };

  constructor(private readonly limits: ParseLimits) {}

  read(rawLine: string, line: number): void {
    if (rawLine.length > this.limits.maxLineBytes) {
      throw new TimelineError('playlist-too-large', `Line ${line} is longer than ${this.limits.maxLineBytes} bytes.`, {
        line,
        limit: 'maxLineBytes',
      });
    }
    const text = rawLine.trim();
    if (text === '') return;
    if (text.startsWith('#')) this.tag(text, line);
    else this.uri(text, line);
  }

  finish(): ReadManifest {
    this.parser.end();
    return { manifest: this.parser.manifest, uris: this.uris };
  }

  private tag(text: string, line: number): void {
    const tag = text.startsWith('#EXT') ? checkTag(text, line) : undefined;
    if (tag === undefined) return;
    if (tag.name === '#EXTINF') this.pending.durationText = tag.value.split(',', 1)[0].trim();
    if (tag.name === '#EXT-X-PROGRAM-DATE-TIME') this.pending.dateTimeLine = line;
    if (tag.name === '#EXT-X-BYTERANGE') this.pending.implicitOffset = !tag.value.includes('@');
    this.feed(text, line);
  }

  private uri(text: string, line: number): void {
    this.uris.push({ ...this.pending, line });
    checkSegmentCount(this.uris.length, this.limits);
    this.pending = { ...NOTHING_YET };
    this.feed(text, line);
  }

  private feed(text: string, line: number): void {
    try {
      this.parser.push(`${text}\n`);
    } catch (cause) {
      throw new TimelineError('playlist-invalid', `Line ${line} cannot be parsed.`, { line }, { cause });
    }
  }
}

/** The parser's manifest, with the lines it came from. Bounded before the parser sees anything. */
export const readManifest = (text: string, limits: ParseLimits): ReadManifest => {
  checkPlaylistSize(text, limits);
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  checkHeader(body);
  const reader = new ManifestReader(limits);
  let line = 0;
  for (let start = 0; start < body.length;) {
    const newline = body.indexOf('\n', start);
    const end = newline === -1 ? body.length : newline;
    line += 1;
    checkLineCount(line, limits);
    reader.read(body.slice(start, end), line);
    start = end + 1;
  }
  return reader.finish();
};
