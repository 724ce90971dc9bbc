import { workSubject } from '@clipfleet/contracts';
import { outputTo, testEdit, type TestLedger } from '../ledger.fixture.js';

/** Of the exports so many have not ended, and so many failed; the rest is completed. */
export const UNFINISHED_COUNT = 300;
export const FAILED_COUNT = 200;
/** Exports of the last two hours, whose tasks and messages are still there. */
export const RECENT_COUNT = 2_000;
/** Exports that are older than the retention. */
export const EXPIRED_COUNT = 1_000;
export const RETENTION_MS = 30 * 86_400_000;
const RECENT_MS = 7_200_000;
const SMALL_TENANT_COUNT = 50;

/** Nine of ten exports are those of tenant `acme`; ids begin with their time, as `uuidV7` makes them. */
const fillExports = `
  INSERT INTO export (id, tenant_id, fingerprint, edit, output, request, store_id, bucket, key, state, tasks_total,
    tasks_done, accepted_at, updated_at, ended_at, valid_until)
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n), 19, '0'))::uuid,
    CASE WHEN n % 10 < 9 THEN $2::uuid ELSE small[1 + n / 10 % $3::int] END, md5(n::text) || md5((-n)::text),
    $4::jsonb, $5::jsonb, '{}', 'local', 'out', 'clips/' || n || '.ts', state, 1, 1, at, at,
    CASE WHEN state = 'running' THEN NULL ELSE at + interval '20 s' END,
    CASE WHEN state = 'running' THEN NULL ELSE at + interval '620 s' END
  FROM (SELECT array_agg(id ORDER BY id) AS small FROM tenant WHERE id <> $2::uuid) tenants,
  LATERAL (
    SELECT n, CASE WHEN n > $1::int - $6::int THEN 'running' WHEN n % ($1::int / $7::int) = 0 THEN 'failed' ELSE 'completed' END AS state,
      now() - CASE
        WHEN n > $1::int - $8::int THEN ($1::int - n) * interval '1 ms' * ($9::float8 / $8::int)
        WHEN n <= $10::int THEN ($11::float8 + 60000 + ($10::int - n)) * interval '1 ms'
        ELSE ($9::float8 + 60000 + ($11::float8 - $9::float8 - 120000) * ($1::int - n) / $1::int) * interval '1 ms'
      END AS at
    FROM generate_series(1, $1::int) n) rows`;

const fillUploads = `
  INSERT INTO upload (id, export_id, generation, store_id, bucket, key, upload_id, state, created_at, ended_at)
  SELECT gen_random_uuid(), id, 1, store_id, bucket, key, 'u', CASE WHEN ended_at IS NULL THEN 'used' ELSE 'completed' END,
    accepted_at, ended_at FROM export`;

const recentOrUnfinished = `SELECT id, ended_at, accepted_at FROM export
  WHERE ended_at IS NULL OR ended_at > now() - $1 * interval '1 ms' * 1.1`;
const fillTasks = `
  INSERT INTO task (export_id, generation, task_index, kind, state, payload, work_bytes)
  SELECT id, 1, 0, 'ts-parts', CASE WHEN ended_at IS NULL THEN 'queued' ELSE 'completed' END, '{}', 1000
  FROM (${recentOrUnfinished}) recent`;
const fillOutbox = `
  INSERT INTO outbox (export_id, generation, task_index, subject, message_id, payload, published_at, stream_sequence)
  SELECT id, 1, CASE WHEN subject LIKE '%segment' THEN 0 END, subject, id || subject, '{}', accepted_at, 1
  FROM (${recentOrUnfinished}) recent, unnest($2::text[]) subject`;
const fillFiles = `
  INSERT INTO file (id, tenant_id, name, cdn_path, store_id, bucket, key, status, created_at)
  SELECT lpad(to_hex(n), 24, '0'), $2, n || '.ts', 'p/' || n, 'local', 'files', 'k/' || n, 'success', now() - n * interval '1 s'
  FROM generate_series(1, $1::int) n`;

/** Makes it a ledger as it is after months: exports of many tenants, few of them unfinished, statistics up to date. */
export const fillLedger = async (ledger: TestLedger, exportCount: number): Promise<{ fillMs: number }> => {
  const startedAtMs = performance.now();
  for (let index = 0; index < SMALL_TENANT_COUNT; index++)
    await ledger.tenants.seed({ slug: `small-${index}`, token: `t${index}`, grants: [] });
  const run = (text: string, values: unknown[] = []) => ledger.database.dataSource.query(text, values);
  await run(fillExports, [
    ...[exportCount, ledger.tenantId, SMALL_TENANT_COUNT, JSON.stringify(testEdit), JSON.stringify(outputTo('k.ts'))],
    ...[UNFINISHED_COUNT, FAILED_COUNT, RECENT_COUNT, RECENT_MS, EXPIRED_COUNT, RETENTION_MS],
  ]);
  await run(fillUploads);
  await run(fillTasks, [RECENT_MS]);
  await run(fillOutbox, [RECENT_MS, [workSubject.plan, workSubject.segment, workSubject.assemble]]);
  await run(fillFiles, [exportCount / 10, ledger.tenantId]);
  await run('VACUUM ANALYZE');
  return { fillMs: performance.now() - startedAtMs };
};
