#!/usr/bin/env node
/** Prints docs/configuration.md: every environment variable of every app, from the schemas that read them. Needs a build. */
import { resolve } from 'node:path';
import { appConfigs } from './app-configs.mjs';

/** Read by the script that starts ffmpeg (libs/ffmpeg/bin/limited-ffmpeg), not by a schema. */
const FFMPEG = [
  ['CLIPFLEET_FFMPEG_PATH', '`ffmpeg`', 'The ffmpeg to run.'],
  ['CLIPFLEET_FFMPEG_MAX_CPU_S', '`86400`', 'Processor seconds of one run of ffmpeg.'],
  ['CLIPFLEET_FFMPEG_MAX_MEMORY_BYTES', '`17179869184`', 'Memory that one run of ffmpeg may write.'],
  ['CLIPFLEET_FFMPEG_MAX_OUTPUT_BYTES', '`68719476736`', 'Largest file that one run of ffmpeg may write.'],
];

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const rows = () => {
  const byName = new Map();
  for (const [app, { variables }] of Object.entries(appConfigs)) {
    for (const variable of Object.values(variables)) {
      const row = byName.get(variable.name) ?? { variable, apps: [] };
      byName.set(variable.name, { ...row, apps: [...row.apps, app] });
    }
  }
  return [...byName.values()].map(({ variable, apps }) => {
    const standard = variable.defaultText === undefined ? '' : `\`${cell(variable.defaultText)}\``;
    // where scratch files lie depends on the machine that asks
    const shown = variable.name === 'CLIPFLEET_SCRATCH_PATH' ? "the system's temporary directory" : standard;
    const users = apps.length === Object.keys(appConfigs).length ? 'all' : apps.join(', ');
    return `| \`${variable.name}\` | ${shown || (variable.required ? 'required' : '')} | ${users} | ${cell(variable.description)} |`;
  });
};

export const configurationDocument = () =>
  [
    '# Configuration',
    '',
    'Everything is an environment variable, read and validated when an app starts: with a bad value it exits with code 78 and says',
    'which variable is wrong and why. This table is made from the schemas (`npm run generate`); a test holds it against them.',
    '',
    '| variable | default | app | what |',
    '|---|---|---|---|',
    ...rows(),
    ...FFMPEG.map(
      ([name, standard, what]) =>
        `| \`${name}\` | ${standard} | segment-worker, transcode-worker, thumb-worker | ${what} |`,
    ),
    '',
  ].join('\n');

if (resolve(process.argv[1] ?? '') === import.meta.filename) process.stdout.write(configurationDocument());
