import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/*
 * Imported into an app (`NODE_OPTIONS=--import`): tells on the socket named by BENCH_MEMORY_SOCKET what the process holds when
 * everything is collected that nobody holds any more.
 */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

createServer((_request, response) => {
  // what finalizers let go is collected by the second
  collect();
  collect();
  response.end(JSON.stringify(process.memoryUsage()));
})
  .listen(process.env['BENCH_MEMORY_SOCKET'])
  .unref();
