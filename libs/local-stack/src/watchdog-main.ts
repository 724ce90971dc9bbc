import { stopRecorded } from './stop-recorded.js';

/**
 * Outlives a killed parent by a moment: the pipe on stdin ends with the parent, however it died, and then everything its
 * state directory records is stopped. A parent that ends in order has stopped it all before; nothing is left to do then.
 */
const [stateDirectory] = process.argv.slice(2);
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.stdin.on('end', () => {
  void stopRecorded(stateDirectory).finally(() => process.exit(0));
});
process.stdin.on('error', () => {});
process.stdin.resume();
