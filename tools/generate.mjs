#!/usr/bin/env node
/** Writes the files that are made from code and committed. Needs a build. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { committedCopies } from '@clipfleet/contracts';
import { generatedFiles } from '@clipfleet/deploy';
import { configurationDocument } from './config-table.mjs';

const root = join(import.meta.dirname, '..');
const files = { ...committedCopies(), 'docs/configuration.md': configurationDocument(), ...generatedFiles() };
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
