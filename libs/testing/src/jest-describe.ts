import type { describe as Describe } from '@jest/globals';

/**
 * Jest's global `describe`. `@jest/globals` can be loaded inside of Jest only, and acceptance and load runs use this library
 * without it.
 */
export const jestDescribe = (): typeof Describe => (globalThis as unknown as { describe: typeof Describe }).describe;
