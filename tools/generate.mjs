#!/usr/bin/env node
/** Writes the files that are made from code and committed (`committedCopies` of libs/contracts). Needs a build. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { committedCopies } from '@clipfleet/contracts';

const root = join(import.meta.dirname, '..');
for (const [path, text] of Object.entries(committedCopies())) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
