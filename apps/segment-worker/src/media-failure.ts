import { ClipfleetError } from '@clipfleet/contracts';
import { IsobmffError } from '@clipfleet/isobmff';
import { MpegtsError } from '@clipfleet/mpegts';

/** What is wrong with the media itself, as the client is told it: another attempt would find the same. */
export const mediaFailure = (error: unknown): unknown => {
  if (error instanceof IsobmffError && error.code === 'edge-not-encodable') {
    const text = `The edges cannot be encoded: ${error.message}. Ask for a cut by edit list, or at keyframes.`;
    return new ClipfleetError('unsupported-source', text, { cause: error });
  }
  if (error instanceof MpegtsError || error instanceof IsobmffError) {
    return new ClipfleetError('undecodable', `The media cannot be used: ${error.message}`, { cause: error });
  }
  return error;
};
