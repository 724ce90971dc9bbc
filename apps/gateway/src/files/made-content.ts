import type { Output } from '@clipfleet/timeline';
import { contentTypeOfContainer } from '../uploads/content-type.js';
import { mediaTypeOf, type SniffedContent } from './sniff-content.js';

/** What a file is that an export makes. */
export const madeContentOf = ({ container }: Pick<Output, 'container'>): SniffedContent => {
  const mimeType = contentTypeOfContainer[container];
  return { mimeType, mediaType: mediaTypeOf(mimeType) };
};
