import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Which servers the selected test files need: none for unit tests; for `*.int.spec.ts` those the file speaks of; for
 * `*.e2e.spec.ts` all, and the apps' bundles. CLIPFLEET_TEST_SERVERS (all, none, or a list of postgres, s3) overrides that.
 */
export function neededServers(globalConfig) {
  const files = selectedFiles(globalConfig);
  const bundles = files.some((file) => file.endsWith('.e2e.spec.ts'));
  const override = process.env.CLIPFLEET_TEST_SERVERS;
  const any = files.length > 0 && override !== 'none';
  if (override && override !== 'all')
    return { any, bundles, postgres: override.includes('postgres'), s3: override.includes('s3') };
  if (override === 'all') return { any: true, bundles, postgres: true, s3: true };
  const texts = files.map((file) => (file.endsWith('.e2e.spec.ts') ? 'postgres s3' : readFileSync(file, 'utf8')));
  return {
    any,
    bundles,
    postgres: texts.some((text) => /postgres|TestDatabase|TestLedger|GatewayTest|TEST_PG/i.test(text)),
    s3: texts.some((text) => /s3|TestStores/i.test(text)),
  };
}

function selectedFiles({ rootDir, testPathPatterns, runTestsByPath, nonFlagArgs }) {
  const isSelected = runTestsByPath
    ? (file) => nonFlagArgs.some((given) => path.resolve(rootDir, given) === file)
    : (file) => testPathPatterns.toExecutor({ rootDir }).isMatch(file);
  return ['libs', 'apps', 'tools', 'bench', 'acceptance', 'deploy', 'load']
    .flatMap((folder) => specsBelow(path.join(rootDir, folder)))
    .filter((file) => /\.(int|e2e)\.spec\.ts$/.test(file) && isSelected(file));
}

function specsBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'dist' ? [] : specsBelow(at);
    return entry.name.endsWith('.spec.ts') ? [at] : [];
  });
}
