import type { Output } from '@clipfleet/timeline';
import { contentTypeOf } from '../uploads/content-type.js';
import { mediaTypeOf, type SniffedContent } from './sniff-content.js';

/** What a file is that an export makes. */
export const madeContentOf = (output: Pick<Output, 'container' | 'imageFormat'>): SniffedContent => {
  const mimeType = contentTypeOf(output);
  return { mimeType, mediaType: mediaTypeOf(mimeType) };
};
