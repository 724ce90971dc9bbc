import { atLine, TimelineError } from '../timeline/timeline-error.js';

export interface XmlLimits {
  maxElements: number;
  maxDepth: number;
  maxAttributes: number;
}

const ATTRIBUTE = /\s+[^\s=<>"'/]+\s*=\s*(?:"[^"<]*"|'[^'<]*')/y;
const NAME = /[A-Za-z_][\w.:-]*/y;
const TAG_END = /\s*(\/?)>/y;
const ENTITY = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)/i;

/**
 * One linear pass that lets through well-formed XML of bounded size, depth and attributes, without a document type. What it
 * lets through costs the XML parser linear time, and gives it nothing to print about.
 */
class XmlCheck {
  private at = 0;
  private elements = 0;
  private readonly open: string[] = [];

  constructor(
    private readonly text: string,
    private readonly limits: XmlLimits,
  ) {}

  run(): void {
    const entity = ENTITY.exec(this.text);
    if (entity !== null) throw this.invalid('an & that begins no known entity', entity.index);
    for (let next = this.text.indexOf('<'); next !== -1; next = this.text.indexOf('<', this.at)) {
      this.at = next;
      this.markup();
    }
    if (this.open.length > 0) throw this.invalid(`<${this.open.at(-1)}> is not closed`, this.text.length);
    if (this.elements === 0) throw this.invalid('no XML element', 0);
  }

  private markup(): void {
    if (this.text.startsWith('<!--', this.at)) this.skipPast('-->');
    else if (this.text.startsWith('<![CDATA[', this.at)) this.skipPast(']]>');
    else if (this.text.startsWith('<?', this.at)) this.skipPast('?>');
    else if (this.text.startsWith('<!', this.at)) throw this.invalid('a document type is not allowed', this.at);
    else if (this.text.startsWith('</', this.at)) this.endTag();
    else this.startTag();
  }

  private startTag(): void {
    const start = this.at;
    this.at += 1;
    const name = this.take(NAME)?.[0];
    if (name === undefined) throw this.invalid('a < that begins no element', start);
    let attributes = 0;
    while (this.take(ATTRIBUTE) !== null) attributes += 1;
    const end = this.take(TAG_END);
    if (end === null) throw this.invalid(`the tag <${name}> is malformed`, start);
    this.elements += 1;
    if (end[1] === '') this.open.push(name);
    this.checkLimit('maxElements', this.elements);
    this.checkLimit('maxDepth', this.open.length);
    this.checkLimit('maxAttributes', attributes);
  }

  private endTag(): void {
    const start = this.at;
    this.at += 2;
    const name = this.take(NAME)?.[0];
    const end = this.take(TAG_END);
    if (name === undefined || end === null || end[1] !== '' || this.open.pop() !== name) {
      throw this.invalid(`</${name ?? ''}> closes nothing`, start);
    }
  }

  private take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const match = expression.exec(this.text);
    if (match !== null) this.at = expression.lastIndex;
    return match;
  }

  private skipPast(end: string): void {
    const found = this.text.indexOf(end, this.at);
    if (found === -1) throw this.invalid(`${end} is missing`, this.at);
    this.at = found + end.length;
  }

  private checkLimit(limit: keyof XmlLimits, found: number): void {
    const allowed = this.limits[limit];
    if (found <= allowed) return;
    throw new TimelineError('playlist-too-large', `The MPD is over ${limit} ${allowed}.`, { limit, allowed });
  }

  private invalid(what: string, at: number): TimelineError {
    let line = 1;
    for (let i = this.text.indexOf('\n'); i !== -1 && i < at; i = this.text.indexOf('\n', i + 1)) line += 1;
    return atLine('playlist-invalid', line, `${what}.`);
  }
}

export const checkXml = (text: string, limits: XmlLimits): void => new XmlCheck(text, limits).run();
