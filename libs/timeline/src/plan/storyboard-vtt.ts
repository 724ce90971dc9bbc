import { z } from 'zod';
import { ticksToMs } from '../ticks.js';

/** A storyboard as it came out. */
export const storyboardSheet = z.object({
  columns: z.number().int().positive(),
  tileWidth: z.number().int().positive(),
  tileHeight: z.number().int().positive(),
  tileCount: z.number().int().positive(),
  intervalTicks: z.number().int().positive(),
  durationTicks: z.number().int().positive(),
  /** Tiles without a picture: black on the sheet, and without a cue. */
  missingTiles: z.array(z.number().int().nonnegative()),
});
export type StoryboardSheet = z.infer<typeof storyboardSheet>;

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** WebVTT §4.1 (a WebVTT timestamp). */
const timestamp = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}:${pad(seconds % 60)}.${pad(ms % 1000, 3)}`;
};

/**
 * The thumbnail track of players: a cue for each tile, whose text is the sheet's address with a spatial fragment (Media
 * Fragments URI 1.0 §4.2.2). `sheetUri` is relative to where the track lies.
 */
export const renderStoryboardVtt = (sheet: StoryboardSheet, sheetUri: string): string => {
  const { columns, tileWidth, tileHeight, intervalTicks, durationTicks } = sheet;
  const missing = new Set(sheet.missingTiles);
  const cues = Array.from({ length: sheet.tileCount }, (_, tile) => {
    const startMs = ticksToMs(tile * intervalTicks);
    const endMs = ticksToMs(Math.min((tile + 1) * intervalTicks, durationTicks));
    // §4.1: a cue ends after it starts
    if (missing.has(tile) || endMs <= startMs) return '';
    const x = (tile % columns) * tileWidth;
    const y = Math.floor(tile / columns) * tileHeight;
    return `\n${timestamp(startMs)} --> ${timestamp(endMs)}\n${sheetUri}#xywh=${x},${y},${tileWidth},${tileHeight}\n`;
  });
  return `WEBVTT\n${cues.join('')}`;
};
