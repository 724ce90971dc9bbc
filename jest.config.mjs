import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const swc = JSON.parse(readFileSync(new URL('./swc.test.json', import.meta.url), 'utf8'));

/** Unit tests `*.spec.ts`, integration tests with real servers `*.int.spec.ts`, whole-fleet tests `*.e2e.spec.ts`. */
export default {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testMatch: [
    '<rootDir>/{apps,libs}/*/src/**/*.spec.ts',
    '<rootDir>/{tools/cli,bench,acceptance,deploy,load}/src/**/*.spec.ts',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@clipfleet/(deploy|load)$': '<rootDir>/$1/src/index.ts',
    '^@clipfleet/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, module: { type: 'es6' } }] },
  testTimeout: 300_000,
  // most files wait for servers and processes some of the time: on two cores a third one has what the two leave
  maxWorkers: Math.max(3, availableParallelism() - 1),
  // a heartbeat timer of the NATS client's push consumers outlives a connection that is cut while they reset, and would keep
  // Jest alive for ever; global teardown still runs
  forceExit: true,
  // real servers, only when the selected files need them
  globalSetup: '<rootDir>/tools/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/tools/jest/global-teardown.mjs',
  testSequencer: '<rootDir>/tools/jest/longest-first.mjs',
  reporters: ['default', '<rootDir>/tools/jest/summary-reporter.mjs'],
};
