import type { EsFramer, SampleSink } from './es-framer.js';
import { AudioFramer } from '../audio/audio-framer.js';
import { syntaxOf } from '../audio/syntax-of.js';
import type { EsStream } from '../es/es-stream.js';
import type { TsStream } from '../psi/program.js';
import { H264Codec } from '../video/h264-codec.js';
import { HevcCodec } from '../video/hevc-codec.js';
import { Mpeg2Framer } from '../video/mpeg2-framer.js';
import { NalFramer } from '../video/nal-framer.js';

/** The framer for a stream's kind; undefined for kinds that are not demuxed. */
export const createFramer = (stream: TsStream, es: EsStream, sink: SampleSink): EsFramer | undefined => {
  const syntax = syntaxOf(stream.kind);
  if (syntax !== undefined) return new AudioFramer(stream, es, syntax, sink);
  switch (stream.kind) {
    case 'h264':
      return new NalFramer(stream, es, new H264Codec(), sink);
    case 'hevc':
      return new NalFramer(stream, es, new HevcCodec(), sink);
    case 'mpeg2video':
      return new Mpeg2Framer(stream, es, sink);
    default:
      return undefined;
  }
};
