import {
  AUDIO_PID,
  audioPes,
  beginsPes,
  packetize,
  packetsIn,
  pesPayloadStart,
  payloadStart,
  pidOf,
  ptsOf,
} from './ts-packets.js';

/** Odd, so that frames and PES never meet. */
const PES_BYTES = 1461;
const FRAME_TICKS = 1920;

interface Frame {
  at: number;
  ptsTicks: number;
}

/** aac_frame_length, ISO/IEC 13818-7 §6.2. */
const frameBytes = (bytes: Uint8Array, at: number): number =>
  ((bytes[at + 3] & 3) << 11) | (bytes[at + 4] << 3) | (bytes[at + 5] >> 5);

/** The AAC at 48 kHz of a transport stream: its bytes, and where each ADTS frame begins and when. */
const audioOf = (packets: readonly Uint8Array[]): { stream: Uint8Array; frames: Frame[] } => {
  const chunks: Uint8Array[] = [];
  const frames: Frame[] = [];
  let length = 0;
  let next = 0;
  let ptsTicks = 0;
  for (const packet of packets.filter((packet) => pidOf(packet) === AUDIO_PID)) {
    if (beginsPes(packet)) ptsTicks = ptsOf(packet) ?? ptsTicks;
    const chunk = packet.subarray(beginsPes(packet) ? pesPayloadStart(packet) : payloadStart(packet));
    chunks.push(chunk);
    length += chunk.length;
  }
  const stream = Buffer.concat(chunks);
  // every PES of ffmpeg begins with a frame, and all frames are 1,024 samples
  const [first] = packets.filter((packet) => pidOf(packet) === AUDIO_PID && beginsPes(packet));
  ptsTicks = ptsOf(first)!;
  while (next + 7 <= length) {
    frames.push({ at: next, ptsTicks });
    next += frameBytes(stream, next);
    ptsTicks += FRAME_TICKS;
  }
  return { stream, frames };
};

/**
 * The same recording with its AAC cut into PES without regard to frames, and these spread evenly among the video packets, as
 * some encoders do: frames straddle PES, and PES straddle keyframes. A PES in which no frame commences has no time.
 */
export const loosenAudio = (bytes: Uint8Array): Uint8Array => {
  const packets = packetsIn(bytes);
  const { stream, frames } = audioOf(packets);
  const audio: Uint8Array[] = [];
  let frame = 0;
  for (let at = 0; at < stream.length; at += PES_BYTES) {
    while (frame < frames.length && frames[frame].at < at) frame++;
    const starts = frame < frames.length && frames[frame].at < at + PES_BYTES;
    const pes = audioPes(stream.subarray(at, at + PES_BYTES), starts ? frames[frame].ptsTicks : undefined);
    audio.push(...packetize(AUDIO_PID, pes, audio.length));
  }
  const others = packets.filter((packet) => pidOf(packet) !== AUDIO_PID);
  const mixed = others.flatMap((packet, index) => [
    packet,
    ...audio.slice(
      Math.floor((index * audio.length) / others.length),
      Math.floor(((index + 1) * audio.length) / others.length),
    ),
  ]);
  return Buffer.concat(mixed);
};
