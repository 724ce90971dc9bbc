import type { Packet, Tracks } from './packets.js';

export interface CompareRule {
  /**
   * `same`: times, durations and bytes; `shifted`: all tracks' times may differ by one and the same amount (a ts keeps its
   * source's clock); `none`: bytes alone.
   */
  times: 'same' | 'shifted' | 'none';
  /** For audio tracks instead. */
  audioTimes?: 'none';
  /** How far an audio time or duration may be off. */
  audioTicks?: number;
  /** The expected packets go on from where the made ones begin: with a keyframe, and to the same end. */
  fromMiddle?: boolean;
}

const bytesOf = ({ sizeBytes, sha256 }: Packet): string => `${sizeBytes} ${sha256}`;
const show = ({ pts, dts, duration, sizeBytes, flags }: Packet): string =>
  `pts ${pts} dts ${dts} duration ${duration} bytes ${sizeBytes} ${flags}`;

/** What is different, in words; undefined: nothing. */
export const differenceOf = (made: Tracks, expected: Tracks, rule: CompareRule): string | undefined => {
  const [names, expectedNames] = [[...made.keys()].join(', '), [...expected.keys()].join(', ')];
  if (names !== expectedNames) return `tracks ${names || 'none'} instead of ${expectedNames}`;
  let shift: number | undefined;
  for (const [name, packets] of made) {
    const isAudio = name.startsWith('audio');
    const wanted = rule.fromMiddle ? middleOf(packets, expected.get(name)!) : expected.get(name)!;
    if (packets.length !== wanted.length) return `${name}: ${packets.length} packets instead of ${wanted.length}`;
    const times = (isAudio && rule.audioTimes) || rule.times;
    // in the middle each track may have a time base and an edit of its own
    if (times === 'shifted' && (shift === undefined || rule.fromMiddle)) shift = wanted[0].dts - packets[0].dts;
    const tolerance = isAudio ? (rule.audioTicks ?? 0) : 0;
    const problem = differentPacket(packets, wanted, { times, shift: times === 'shifted' ? shift! : 0, tolerance });
    if (problem) return `${name}, ${problem}`;
  }
  return undefined;
};

const middleOf = (packets: readonly Packet[], whole: Packet[]): Packet[] => {
  const start = whole.findIndex(
    (packet, index) =>
      bytesOf(packet) === bytesOf(packets[0]) && bytesOf(whole[index + 1] ?? packet) === bytesOf(packets[1] ?? packet),
  );
  return start < 0 || !packets[0].flags.startsWith('K') ? [] : whole.slice(start);
};

const differentPacket = (
  made: readonly Packet[],
  expected: readonly Packet[],
  { times, shift, tolerance }: { times: CompareRule['times']; shift: number; tolerance: number },
): string | undefined => {
  for (const [index, packet] of made.entries()) {
    const wanted = expected[index];
    const isLast = index === made.length - 1;
    const far = (a: number, b: number): boolean =>
      !(Math.abs(a - b) <= tolerance || (Number.isNaN(a) && Number.isNaN(b)));
    const differs =
      bytesOf(packet) !== bytesOf(wanted) ||
      packet.flags.slice(0, 1) !== wanted.flags.slice(0, 1) ||
      (times !== 'none' &&
        (far(packet.pts + shift, wanted.pts) ||
          far(packet.dts + shift, wanted.dts) ||
          // where a ts ends, the last packet has no next one to tell its duration
          (far(packet.duration, wanted.duration) && !(isLast && times === 'shifted'))));
    if (differs) return `packet ${index}: ${show(packet)} instead of ${show(wanted)}, shifted by ${shift}`;
  }
  return undefined;
};
