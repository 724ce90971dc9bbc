// Completes one upload, to be killed at it: `fork` with the arguments as JSON. Runs what is built.
import { FileObjectStore } from '../../../dist/file/file-object-store.js';

const { config, at, uploadId, parts, ifAbsent } = JSON.parse(process.argv[2]);
const store = new FileObjectStore(config);
process.send('started');
await store.completeUpload(at, uploadId, parts, { ifAbsent });
process.send('completed');
process.disconnect();
