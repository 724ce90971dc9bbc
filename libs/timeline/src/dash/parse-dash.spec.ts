import { describe, expect, it, jest, test } from '@jest/globals';
import { DEFAULT_PARSE_LIMITS, type ParseLimits } from '../timeline/parse-limits.js';
import type { Timeline } from '../timeline/timeline.js';
import { TimelineError } from '../timeline/timeline-error.js';
import { parseDash } from './parse-dash.js';

const KEY = 'live/ch1/play.mpd';
const NOW = Date.UTC(2024, 0, 1, 0, 1, 0);

const parse = (text: string, limits: ParseLimits = DEFAULT_PARSE_LIMITS): Timeline => {
  const parsed = parseDash(text, KEY, NOW, limits);
  if (parsed.kind !== 'media') throw new Error('a timeline was expected');
  return parsed.timeline;
};

const codeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof TimelineError) return thrown.code;
    throw thrown;
  }
  return 'accepted';
};

const stream = (addressing: string, attributes = '') =>
  `<AdaptationSet mimeType="video/mp2t"><Representation id="v1" bandwidth="1000" ${attributes}>${addressing}</Representation></AdaptationSet>`;
const mpd = (periods: string, attributes = 'mediaPresentationDuration="PT10S"') =>
  `<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" ${attributes}>${periods}</MPD>`;
const one = (addressing: string, attributes?: string) => mpd(`<Period>${stream(addressing)}</Period>`, attributes);
const timed = (entries: string, attributes = '') =>
  `<SegmentTemplate media="$Time$.ts" timescale="90000" ${attributes}><SegmentTimeline>${entries}</SegmentTimeline></SegmentTemplate>`;
const DYNAMIC = 'type="dynamic" availabilityStartTime="2024-01-01T00:00:00Z" minimumUpdatePeriod="PT2S"';

const seconds = (timeline: Timeline) => timeline.segments.map((each) => [each.startTicks, each.durationTicks]);
const names = (timeline: Timeline) => timeline.segments.map((each) => each.key.replace('live/ch1/', ''));

describe('parseDash', () => {
  it('reads $Number$ with padding, the last segment being what is left', () => {
    const timeline = parse(
      one('<SegmentTemplate media="s/$RepresentationID$-$Number%05d$.ts" duration="4" startNumber="7"/>'),
    );
    expect(names(timeline)).toEqual(['s/v1-00007.ts', 's/v1-00008.ts', 's/v1-00009.ts']);
    expect(seconds(timeline)).toEqual([
      [0, 360_000],
      [360_000, 360_000],
      [720_000, 180_000],
    ]);
    expect(timeline).toMatchObject({ growing: false, hasWallClock: false, targetDurationSeconds: 4 });
  });

  it('reads $Time$ of a SegmentTimeline with repeats, jumps and an open end', () => {
    const timeline = parse(
      one(timed('<S t="900000" d="90000" r="1"/><S t="1260000" d="90000" r="-1"/>', 'presentationTimeOffset="900000"')),
    );
    expect(names(timeline)).toEqual([
      '900000.ts',
      '990000.ts',
      ...[14, 15, 16, 17, 18, 19].map((s) => `${s * 90000}.ts`),
    ]);
    expect(seconds(timeline).slice(0, 3)).toEqual([
      [0, 90_000],
      [90_000, 90_000],
      [360_000, 90_000],
    ]);
  });

  it('repeats a negative r up to the next t', () => {
    const timeline = parse(one(timed('<S t="0" d="90000" r="-1"/><S t="270000" d="45000"/>')));
    expect(names(timeline)).toEqual(['0.ts', '90000.ts', '180000.ts', '270000.ts']);
  });

  it('reads a SegmentList with ranges', () => {
    const list =
      '<SegmentList duration="4"><SegmentURL media="a.ts" mediaRange="0-99"/><SegmentURL media="a.ts" mediaRange="100-149"/></SegmentList>';
    expect(parse(one(list)).segments).toEqual([
      { key: 'live/ch1/a.ts', byteRange: [0, 100], startTicks: 0, durationTicks: 360_000, runIndex: 0, gap: false },
      {
        key: 'live/ch1/a.ts',
        byteRange: [100, 150],
        startTicks: 360_000,
        durationTicks: 360_000,
        runIndex: 0,
        gap: false,
      },
    ]);
  });

  it('reads a SegmentList with a SegmentTimeline', () => {
    const list =
      '<SegmentList timescale="10"><SegmentTimeline><S t="0" d="15" r="1"/></SegmentTimeline><SegmentURL media="a.ts"/><SegmentURL media="b.ts"/></SegmentList>';
    expect(seconds(parse(one(list)))).toEqual([
      [0, 135_000],
      [135_000, 135_000],
    ]);
  });

  it('resolves BaseURLs of every level inside the bucket', () => {
    const base = '<BaseURL>../v/</BaseURL><BaseURL>http://elsewhere/</BaseURL>';
    const period = `<BaseURL>p1/</BaseURL>${stream('<BaseURL>r/</BaseURL><SegmentTemplate media="$Number$.ts" duration="10"/>')}`;
    expect(parse(mpd(`${base}<Period>${period}</Period>`)).segments[0].key).toBe('live/v/p1/r/1.ts');
  });

  it('makes a run of every period, which ends where the next begins', () => {
    const template = '<SegmentTemplate media="$RepresentationID$/$Number$.ts" duration="4"/>';
    const periods = `<Period start="PT0S">${stream(template)}</Period><Period start="PT6S">${stream(template)}</Period>`;
    const timeline = parse(mpd(periods));
    expect(timeline.segments.map((each) => each.runIndex)).toEqual([0, 0, 1]);
    expect(seconds(timeline)).toEqual([
      [0, 360_000],
      [360_000, 180_000],
      [540_000, 360_000],
    ]);
  });

  it('has the wall clock of availabilityStartTime', () => {
    const text = one(
      '<SegmentTemplate media="$Number$.ts" duration="5"/>',
      'mediaPresentationDuration="PT10S" availabilityStartTime="2024-01-01T00:00:00"',
    );
    const zero = Date.UTC(2024, 0, 1) * 90;
    expect(parse(text).segments.map((each) => each.wallClockTicks! - zero)).toEqual([0, 450_000]);
  });

  it('knows of a dynamic MPD only what is complete by now, within its buffer', () => {
    const template = '<SegmentTemplate media="$Number$.ts" duration="7"/>';
    const mpdOf = (attributes: string) => mpd(`<Period start="PT0S">${stream(template)}</Period>`, attributes);
    const all = parse(mpdOf(DYNAMIC));
    expect(names(all)).toEqual(Array.from({ length: 8 }, (_, i) => `${i + 1}.ts`));
    expect(all.growing).toBe(true);
    const buffered = parse(mpdOf(`${DYNAMIC} timeShiftBufferDepth="PT14S"`));
    expect(names(buffered)).toEqual(['7.ts', '8.ts']);
    expect(buffered.segments[0]).toMatchObject({ startTicks: 0, wallClockTicks: (Date.UTC(2024, 0, 1) + 42_000) * 90 });
  });

  it('ends an open S@r of a dynamic MPD at now', () => {
    const text = mpd(`<Period start="PT30S">${stream(timed('<S t="0" d="900000" r="-1"/>'))}</Period>`, DYNAMIC);
    expect(names(parse(text))).toEqual(['0.ts', '900000.ts', '1800000.ts']);
  });

  it('counts segments from the period, whatever the presentation time offset', () => {
    const text = one('<SegmentTemplate media="$Number$.ts" duration="5" presentationTimeOffset="100"/>');
    expect(seconds(parse(text))[1]).toEqual([450_000, 450_000]);
  });

  it.each([
    ['startNumber="0" endNumber="1"', ['0.ts', '1.ts']],
    ['startNumber="5" endNumber="5"', ['5.ts']],
    ['endNumber="99"', ['1.ts', '2.ts', '3.ts', '4.ts', '5.ts']],
  ])('takes %s as the last number', (attributes, expected) => {
    expect(names(parse(one(`<SegmentTemplate media="$Number$.ts" duration="2" ${attributes}/>`)))).toEqual(expected);
  });

  it('does not invent a segment from a rounding error', () => {
    const text = one(
      '<SegmentTemplate media="$Number$.ts" duration="1" timescale="10"/>',
      'mediaPresentationDuration="PT1.1S"',
    );
    expect(parse(text).segments).toHaveLength(11);
  });

  it('chooses the best Representation that has picture and sound', () => {
    const rep = (id: string, bandwidth: number, codecs: string) =>
      `<Representation id="${id}" bandwidth="${bandwidth}" codecs="${codecs}"><SegmentTemplate media="$RepresentationID$.ts"/></Representation>`;
    const video =
      rep('silent', 9, 'avc1.4d') + rep('best', 5, 'avc1.4d,mp4a.40.2') + rep('low', 1, 'avc1.4d,mp4a.40.2');
    const sets = `<AdaptationSet mimeType="video/mp2t">${video}</AdaptationSet>`;
    const sound = `<AdaptationSet mimeType="audio/mp2t">${rep('sound', 1, 'mp4a.40.2')}</AdaptationSet>`;
    expect(names(parse(mpd(`<Period>${sets}${sound}</Period>`)))).toEqual(['best.ts']);
    expect(names(parse(mpd(`<Period>${sets}</Period>`)))).toEqual(['silent.ts']);
  });

  test.each([
    ['nothing', '', 'playlist-invalid'],
    ['a web page', '<!DOCTYPE html><html></html>', 'playlist-invalid'],
    ['entities', '<!DOCTYPE m [<!ENTITY a "b">]><MPD>&a;</MPD>', 'playlist-invalid'],
    ['an unknown entity', '<MPD>&nbsp;</MPD>', 'playlist-invalid'],
    ['other XML', '<feed></feed>', 'playlist-invalid'],
    ['broken XML', '<MPD><Period></MPD>', 'playlist-invalid'],
    ['cut off XML', '<MPD><Period>', 'playlist-invalid'],
    ['no period', mpd(''), 'playlist-invalid'],
    ['an empty period', mpd('<Period></Period>'), 'playlist-invalid'],
    ['no duration', one('<SegmentTemplate media="$Number$.ts" duration="4"/>', ''), 'playlist-invalid'],
    ['a timescale of zero', one('<SegmentTemplate media="a" duration="4" timescale="0"/>'), 'playlist-invalid'],
    ['a negative duration', one('<SegmentTemplate media="a" duration="-4"/>'), 'playlist-invalid'],
    ['an S without d', one(timed('<S t="0"/>')), 'playlist-invalid'],
    ['an S with d=0', one(timed('<S t="0" d="0" r="5"/>')), 'playlist-invalid'],
    [
      'a bad mediaRange',
      one('<SegmentList duration="4"><SegmentURL media="a" mediaRange="x"/></SegmentList>'),
      'playlist-invalid',
    ],
    ['SegmentBase', one('<SegmentBase indexRange="0-10"/>'), 'unsupported-source'],
    ['a single file', one('<BaseURL>a.ts</BaseURL>'), 'unsupported-source'],
    [
      'an absolute BaseURL',
      one('<BaseURL>https://cdn/</BaseURL><SegmentTemplate media="a" duration="4"/>'),
      'unsupported-source',
    ],
    [
      'a BaseURL out of the bucket',
      one('<BaseURL>../../../x/</BaseURL><SegmentTemplate media="a" duration="4"/>'),
      'unsupported-source',
    ],
    ['an absolute segment', one('<SegmentTemplate media="http://h/$Number$.ts" duration="4"/>'), 'unsupported-source'],
    [
      'DRM',
      mpd(`<Period><AdaptationSet mimeType="video/mp2t"><ContentProtection/></AdaptationSet></Period>`),
      'unsupported-source',
    ],
    ['xlink', mpd('<Period xmlns:xlink="x" xlink:href="http://h/p.xml"/>'), 'unsupported-source'],
    [
      'fragmented MP4',
      mpd('<Period><AdaptationSet mimeType="video/mp4"><Representation id="1"/></AdaptationSet></Period>'),
      'unsupported-source',
    ],
    ['times over 2^53', one(timed('<S t="9007199254740993" d="90000"/>')), 'unsupported-source'],
    ['a repeat that exhausts the heap', one(timed('<S t="0" d="1" r="33688627"/>')), 'playlist-too-large'],
    [
      'an open repeat of one tick',
      one(timed('<S t="0" d="1" r="-1"/>'), 'mediaPresentationDuration="P9Y"'),
      'playlist-too-large',
    ],
    [
      'a dynamic MPD since 1970',
      mpd(
        `<Period start="PT0S">${stream('<SegmentTemplate media="$Number$.ts" duration="1"/>')}</Period>`,
        'type="dynamic" availabilityStartTime="1970-01-01T00:00:00Z"',
      ),
      'playlist-too-large',
    ],
    [
      'a dynamic MPD without start',
      one('<SegmentTemplate media="a" duration="1"/>', 'type="dynamic"'),
      'playlist-invalid',
    ],
    [
      'a tiny duration',
      one('<SegmentTemplate media="$Number$.ts" duration="1" timescale="4294967295"/>'),
      'playlist-too-large',
    ],
    ['many attributes', `<MPD ${Array.from({ length: 65 }, (_, i) => `a${i}=""`).join(' ')}/>`, 'playlist-too-large'],
    ['deep nesting', '<a>'.repeat(33) + '</a>'.repeat(33), 'playlist-too-large'],
  ])('refuses %s', (_name, text, code) => {
    const started = performance.now();
    expect(codeOf(() => parse(text))).toBe(code);
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it.each([9, 10])('counts %d segments against the limit of 9', (count) => {
    const code = codeOf(() =>
      parse(one(timed(`<S t="0" d="9000" r="${count - 1}"/>`)), { ...DEFAULT_PARSE_LIMITS, maxSegments: 9 }),
    );
    expect(code).toBe(count === 9 ? 'accepted' : 'playlist-too-large');
  });

  it('parses 50,000 segments quickly', () => {
    const entries = Array.from({ length: 50_000 }, (_, i) => `<S t="${i * 180_000}" d="180000"/>`).join('\n');
    const started = performance.now();
    expect(parse(one(timed(entries), 'mediaPresentationDuration="PT100000S"')).segments).toHaveLength(50_000);
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('prints nothing about what it refuses', () => {
    const printed = [jest.spyOn(console, 'error'), jest.spyOn(console, 'warn')];
    const texts = ['<MPD a=b></MPD>', '<MPD>&x;</MPD>', '<MPD a="1" a="2"></MPD>', '<MPD><a></MPD>', '<MPD', '<>'];
    for (const text of texts) expect(codeOf(() => parse(text))).toBe('playlist-invalid');
    for (const spy of printed) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});
