import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** What a player tells of what it played. */
export interface Played {
  /** Of hls.js, those included that it got over. */
  errors: { type: string; details: string; fatal: boolean; reason?: string }[];
  /** Sequence numbers of the segments that were appended. */
  appended: number[];
  /** Sizes of the picture, in order. */
  sizes: string[];
  /** Media times of the pictures that were shown, in order. */
  shownSeconds: number[];
  bufferedSeconds: [number, number][];
  durationSeconds: number;
  currentSeconds: number;
  totalVideoFrames: number;
  droppedVideoFrames: number;
}

export interface Player {
  /** Loads all of a playlist by hls.js, then plays it to its end. */
  playHls(address: string, playbackRate: number): Promise<Played>;
  /** Plays a file as it is, to its end. `pictures`: PNGs of what it then shows when it is sent to these times. */
  playFile(address: string, playbackRate: number, atSeconds: number[]): Promise<Played & { pictures: Buffer[] }>;
  close(): Promise<void>;
}

/** hls.js in a headless Chromium, on a page of an origin of its own, as a player of somebody else's would be. */
export const openPlayer = async (executablePath: string): Promise<Player> => {
  const server = await servePage();
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args: FLAGS });
  const onPage = async <T>(play: (page: Page) => Promise<T>): Promise<T> => {
    const page = await browser.newPage();
    try {
      await page.goto(`http://127.0.0.1:${port}/`);
      return await play(page);
    } finally {
      await page.close();
    }
  };
  return {
    playHls: (address, playbackRate) =>
      onPage(async (page) => {
        await page.evaluate(`loadHls(${JSON.stringify(address)})`);
        await page.evaluate(`playToEnd(${playbackRate})`);
        return page.evaluate<Played>('told()');
      }),
    playFile: (address, playbackRate, atSeconds) =>
      onPage(async (page) => {
        await page.evaluate(`loadFile(${JSON.stringify(address)})`);
        await page.evaluate(`playToEnd(${playbackRate})`);
        const played = await page.evaluate<Played>('told()');
        const pictures: Buffer[] = [];
        for (const seconds of atSeconds) {
          const png = await page.evaluate<string>(`pictureAt(${seconds})`);
          pictures.push(Buffer.from(png.slice(png.indexOf(',') + 1), 'base64'));
        }
        return { ...played, pictures };
      }),
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** The page and hls.js. */
const servePage = async (): Promise<Server> => {
  const [page, hls] = await Promise.all([
    readFile(new URL('player.html', import.meta.url)),
    readFile(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js')),
  ]);
  const server = createServer(({ url }, response): void => {
    const isScript = url === '/hls.js';
    if (!isScript && url !== '/') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' }).end(isScript ? hls : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
