import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NativeExportRequest } from '@clipfleet/contracts';
import { makeRecording } from '../media/make-recording.js';
import { ffprobeFile } from '../media/probe.js';
import { cancelExport, freshName, nativeRequest, submit, untilExport } from './export-client.fixture.js';
import { type Fleet, openFleet } from './fleet.fixture.js';
import { loopRecording, uploadDay } from './long-recording.fixture.js';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await openFleet();
});
afterAll(() => fleet?.close());

const requestOf = (
  playlistKey: string,
  range: NativeExportRequest['edit']['clips'][number]['range'],
  storyboard?: NativeExportRequest['output']['storyboard'],
): NativeExportRequest => {
  const request = nativeRequest(fleet.fileStore, playlistKey, range, { container: 'storyboard' });
  const destination = { ...request.output.destination, key: `boards/${freshName()} 1.jpg` };
  return { ...request, output: { ...request.output, destination, ...(storyboard && { storyboard }) } };
};

describe('a storyboard', () => {
  it('is a sheet of tiles with a track beside it, each at its signed address', async () => {
    const playlist = await fleet.upload(fleet.fileStore, await makeRecording());
    const range = { kind: 'from-start', startMs: 3_000, durationMs: 5_500 } as const;
    const request = requestOf(playlist, range, { columns: 4, tileWidth: 128, intervalMs: 1_000 });
    const { id } = await submit(fleet, request);
    const ended = await untilExport(fleet, id);
    expect(ended).toMatchObject({ state: 'completed', result: { warnings: [], storyboard: { tileCount: 6 } } });
    const { key } = request.output.destination;
    expect(ended.files?.map((file) => file.key)).toEqual([key, key.replace('.jpg', '.vtt')]);
    const sheet = await ffprobeFile(await fleet.download(fleet.fileStore, key));
    expect(sheet.streams[0]).toMatchObject({ codecName: 'mjpeg', width: 4 * 128, height: 2 * 72 });
    const track = await (await fetch(ended.files![1].url)).text();
    const name = encodeURIComponent(key.slice('boards/'.length));
    expect(track.split('\n\n')).toEqual([
      'WEBVTT',
      `00:00:00.000 --> 00:00:01.000\n${name}#xywh=0,0,128,72`,
      `00:00:01.000 --> 00:00:02.000\n${name}#xywh=128,0,128,72`,
      `00:00:02.000 --> 00:00:03.000\n${name}#xywh=256,0,128,72`,
      `00:00:03.000 --> 00:00:04.000\n${name}#xywh=384,0,128,72`,
      `00:00:04.000 --> 00:00:05.000\n${name}#xywh=0,72,128,72`,
      `00:00:05.000 --> 00:00:05.500\n${name}#xywh=128,72,128,72\n`,
    ]);
  });

  it('of a day reads no more than a keyframe for each tile', async () => {
    const day = await uploadDay(fleet, fleet.fileStore, await loopRecording(6));
    const { id } = await submit(fleet, requestOf(day.playlistKey, { kind: 'whole' }));
    const ended = await untilExport(fleet, id);
    expect(ended).toMatchObject({ state: 'completed', result: { storyboard: { tileCount: 100, missingTiles: [] } } });
    expect(ended.result?.workerBytes).toBeLessThan(1 << 20);
  });

  it('leaves nothing when it is cancelled', async () => {
    const playlist = await fleet.upload(fleet.fileStore, await makeRecording());
    const before = await fleet.outputKeys(fleet.fileStore);
    const { id } = await submit(fleet, requestOf(playlist, { kind: 'whole' }));
    await cancelExport(fleet, id);
    expect((await untilExport(fleet, id)).state).toBe('cancelled');
    expect(await fleet.outputKeys(fleet.fileStore)).toEqual(before);
  });
});
