import type { EsFramer, SampleSink } from './es-framer.js';
import { adts } from '../audio/adts.js';
import { AudioFramer } from '../audio/audio-framer.js';
import { dolby } from '../audio/dolby.js';
import { mpegAudio } from '../audio/mpeg-audio.js';
import type { EsStream } from '../es/es-stream.js';
import type { TsStream } from '../psi/program.js';
import { H264Codec } from '../video/h264-codec.js';
import { HevcCodec } from '../video/hevc-codec.js';
import { Mpeg2Framer } from '../video/mpeg2-framer.js';
import { NalFramer } from '../video/nal-framer.js';

/** The framer for a stream's kind; undefined for kinds that are not demuxed. */
export const createFramer = (stream: TsStream, es: EsStream, sink: SampleSink): EsFramer | undefined => {
  switch (stream.kind) {
    case 'h264':
      return new NalFramer(stream, es, new H264Codec(), sink);
    case 'hevc':
      return new NalFramer(stream, es, new HevcCodec(), sink);
    case 'mpeg2video':
      return new Mpeg2Framer(stream, es, sink);
    case 'aac':
      return new AudioFramer(stream, es, adts, sink);
    case 'ac3':
    case 'eac3':
      return new AudioFramer(stream, es, dolby, sink);
    case 'mp2':
    case 'mp3':
      return new AudioFramer(stream, es, mpegAudio, sink);
    default:
      return undefined;
  }
};
