import { NativeClient } from '../export/native-client.js';
import { readEnv } from '../workspace.js';

const SHOWN = 20;

/** One export whole, or the newest ones in a line each. */
export const statusCommand = async (id: string | undefined): Promise<void> => {
  const env = readEnv();
  const client = new NativeClient(env.CLIPFLEET_URL, env.CLIPFLEET_TOKEN);
  if (id !== undefined) {
    console.log(JSON.stringify(await client.get(id), undefined, 2));
    return;
  }
  const items = await client.list(SHOWN);
  if (items.length === 0) console.log('no exports yet: ./clipfleet export --wait makes one');
  for (const { id: each, state, progress } of items) {
    console.log(`${each}  ${state.padEnd(10)} ${Math.round((progress?.ratio ?? 0) * 100)} %`);
  }
};
