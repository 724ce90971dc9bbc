import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Top of the checkout: the same from `src` (tests) and `dist`. */
export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

export const appNames = ['gateway', 'planner', 'segment-worker', 'transcode-worker', 'thumb-worker'] as const;
export type AppName = (typeof appNames)[number];

export const appEntry = (app: AppName): string => path.join(repositoryRoot, 'apps', app, 'dist', 'bundle.js');
