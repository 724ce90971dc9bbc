#!/usr/bin/env node
/** What NATS keeps of each export that has ended in the last 24 hours: bytes on disk and resident, for docs/capacity.md. */
import { endedKeySubject } from '@clipfleet/contracts';
import { ensureTopology } from '@clipfleet/jetstream';
import { startNats } from '@clipfleet/local-stack';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COUNT = 200_000;
const AT_ONCE = 500;

const residentBytes = (server) =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.process().pid}/status`, 'utf8'))[1]) * 1024;

const stateDirectory = mkdtempSync(join(tmpdir(), 'clipfleet-ended-'));
const nats = await startNats({ stateDirectory });
try {
  const connection = await connect({ servers: nats.url });
  await ensureTopology(connection);
  const js = jetstream(connection);
  const before = residentBytes(nats);
  for (let done = 0; done < COUNT; done += AT_ONCE) {
    const ids = Array.from({ length: AT_ONCE }, (_, n) => String(done + n).padStart(26, '0'));
    const text = (exportId) => JSON.stringify({ kind: 'export.ended', version: 1, exportId, generation: 1 });
    await Promise.all(ids.map((id) => js.publish(endedKeySubject(id), text(id))));
  }
  const { state } = await (await jetstreamManager(connection)).streams.info(`KV_${endedKeySubject('x').split('.')[1]}`);
  console.log(
    `disk: ${state.bytes / COUNT} bytes each; resident: ${Math.round((residentBytes(nats) - before) / COUNT)} bytes each`,
  );
  await connection.close();
} finally {
  await nats.stop();
  rmSync(stateDirectory, { recursive: true, force: true });
}
