import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { probeAnswered } from '../../messages/probe.js';
import { audioVideoMeta, audioVideoMetaAnswer } from './audio-video-meta.js';

it('says what was found in the words of the file API', () => {
  const golden = readFileSync(new URL('../../messages/golden/probe.answered.json', import.meta.url), 'utf8');
  const { answer } = probeAnswered.parse(JSON.parse(golden));
  if (!answer.ok) throw new Error('the golden answer has media');
  const told = audioVideoMetaAnswer(answer.media, 91_427_419);
  expect(audioVideoMeta.strict().parse(told)).toEqual({
    format: {
      ...{ format: 'mov,mp4,m4a,3gp,3g2,mj2', fullname: 'QuickTime / MOV' },
      ...{ filesize: 91_427_419, duration: 43.451667, bitrate: 16_832_941 },
    },
    streams: [
      {
        ...{ index: 0, type: 'video', codec: 'h264', codec_desc: 'H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10' },
        ...{ duration: 43.451667, bitrate: 16_762_715, metadata: { language: 'und', rotate: '90' } },
        ...{ video_fps: 24, video_width: 1920, video_height: 1080 },
      },
      {
        ...{ index: 1, type: 'audio', codec: 'aac', codec_desc: 'AAC (Advanced Audio Coding)', metadata: {} },
        ...{ duration: 43.451667, bitrate: null, audio_channels: 1, audio_samplerate: 44_100 },
      },
    ],
  });
});
