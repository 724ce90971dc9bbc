import { expect, it } from '@jest/globals';
import { runCommand } from './run-command.js';

it('can be loaded outside of Jest, as acceptance and load runs do', async () => {
  const built = new URL('../dist/index.js', import.meta.url).href;
  const { exitCode, output } = await runCommand(
    process.execPath,
    ['--input-type=module', '-e', `import '${built}'`],
    {},
  );
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: '' });
});
