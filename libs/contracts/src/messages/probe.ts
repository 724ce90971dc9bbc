import { z } from 'zod';
import { objectRef } from '@clipfleet/timeline';
import { versioned } from './header.js';

const count = z.number().int().nonnegative();

export const probedStream = z.object({
  index: count,
  /** As ffprobe names them: `video`, `audio`, `subtitle`, `data` … */
  type: z.string(),
  codec: z.string(),
  codecName: z.string(),
  durationUs: count.optional(),
  bitrateBps: count.optional(),
  metadata: z.record(z.string(), z.string()),
  video: z
    .object({
      ...{ width: count, height: count, frameRate: z.number().nonnegative().optional() },
      /** A cover, say: one picture that is no part of what is played. */
      attached: z.literal(true).optional(),
    })
    .optional(),
  audio: z.object({ channelCount: count, sampleRateHz: count }).optional(),
});
export type ProbedStreamReport = z.infer<typeof probedStream>;

/** What is in a media file. What the file does not tell is not there. */
export const mediaReport = z.object({
  format: z.string(),
  formatName: z.string(),
  durationUs: count.optional(),
  bitrateBps: count.optional(),
  /** Its content is under a key that we do not have. */
  encrypted: z.literal(true).optional(),
  streams: z.array(probedStream),
});
export type MediaReport = z.infer<typeof mediaReport>;

/**
 * gateway → thumb-worker: what is in an object? Nothing is recorded of it: the answer goes to who asked, and a question whose
 * answer nobody waits for any more is dropped.
 */
export const probeRequested = z.object({
  ...versioned('probe.requested'),
  /** The id of the question. No export has it; all messages of a stream are known by such a pair. */
  exportId: z.uuid(),
  generation: z.literal(1),
  source: objectRef,
  sizeBytes: count,
  replyTo: z.string().regex(/^_INBOX\.[\w.-]+$/),
  /** Epoch ms. */
  answerByMs: count,
});
export type ProbeRequested = z.infer<typeof probeRequested>;

/** thumb-worker → the gateway that asked, plain NATS. */
export const probeAnswered = z.object({
  ...versioned('probe.answered'),
  answer: z.union([
    z.object({ ok: z.literal(true), media: mediaReport }),
    /** `undecodable`: it is no media that we read. `gone`: there is no such object. */
    z.object({ ok: z.literal(false), reason: z.enum(['undecodable', 'gone', 'failed']), message: z.string() }),
  ]),
});
export type ProbeAnswered = z.infer<typeof probeAnswered>;
