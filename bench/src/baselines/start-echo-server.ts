import { claimPort, startProcess, waitUntil } from '@clipfleet/local-stack';
import { fileURLToPath } from 'node:url';
import type { BenchStack } from '../stack/bench-stack.js';

const ENTRY = fileURLToPath(new URL('./echo-server.js', import.meta.url));

export interface EchoServer {
  url: string;
  stop(): Promise<void>;
}

/** Recorded in the stack's state, as the apps are: it does not outlive them. */
export const startEchoServer = async (stack: BenchStack, answer: unknown): Promise<EchoServer> => {
  const port = await claimPort(undefined, 'the echo server');
  const child = startProcess({
    name: 'echo',
    stateDirectory: stack.stateDirectory,
    command: process.execPath,
    args: [ENTRY, String(port), JSON.stringify(answer)],
  });
  const url = `http://127.0.0.1:${port}`;
  const answers = async (): Promise<boolean> => {
    child.assertRunning();
    return (await fetch(url)).status === 404;
  };
  await waitUntil(answers, { timeoutMs: 20_000, what: 'the echo server' });
  stack.morePids.set('echo', child.pid);
  return { url, stop: () => child.stop() };
};
