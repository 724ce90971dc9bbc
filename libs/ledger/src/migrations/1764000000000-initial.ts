import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tenants, exports, tasks, uploads, outbox. */
export class Initial1764000000000 implements MigrationInterface {
  name = 'Initial1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tenantTables, ...exportTables, ...outboxTables]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outbox, upload, task, export, tenant_grant, tenant_token, tenant');
  }
}

const tenantTables = [
  `CREATE TABLE tenant (
    id uuid PRIMARY KEY,
    slug text NOT NULL CONSTRAINT tenant_slug UNIQUE,
    name text NOT NULL,
    limits jsonb NOT NULL DEFAULT '{}',
    jwe_key bytea CONSTRAINT tenant_jwe_key_length CHECK (octet_length(jwe_key) = 32),
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE tenant_token (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant ON DELETE CASCADE,
    token_sha256 bytea NOT NULL CONSTRAINT tenant_token_sha256 UNIQUE,
    label text NOT NULL,
    scopes text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
  )`,
  `CREATE TABLE tenant_grant (
    tenant_id uuid NOT NULL REFERENCES tenant ON DELETE CASCADE,
    store_id text NOT NULL,
    bucket text NOT NULL,
    prefix text NOT NULL,
    can_read boolean NOT NULL,
    can_write boolean NOT NULL,
    PRIMARY KEY (tenant_id, store_id, bucket, prefix)
  )`,
];

const exportTables = [
  `CREATE TABLE export (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    fingerprint text NOT NULL,
    idempotency_key text,
    state text NOT NULL DEFAULT 'queued' CONSTRAINT export_state CHECK
      (state IN ('queued', 'planning', 'running', 'assembling', 'completed', 'failed', 'cancelled')),
    generation integer NOT NULL DEFAULT 1,
    priority integer NOT NULL DEFAULT 0,
    edit jsonb NOT NULL,
    output jsonb NOT NULL,
    request jsonb NOT NULL,
    trace_parent text,
    store_id text NOT NULL,
    bucket text NOT NULL,
    key text NOT NULL,
    plan jsonb,
    upload_id text,
    assembly jsonb,
    plan_attempts integer NOT NULL DEFAULT 0,
    plan_delivery integer NOT NULL DEFAULT 0,
    assemble_attempts integer NOT NULL DEFAULT 0,
    assemble_delivery integer NOT NULL DEFAULT 0,
    tasks_total integer NOT NULL DEFAULT 0,
    tasks_done integer NOT NULL DEFAULT 0,
    bytes_total bigint NOT NULL DEFAULT 0,
    bytes_done bigint NOT NULL DEFAULT 0,
    result jsonb,
    error_code text,
    error_message text,
    error_details jsonb,
    accepted_at timestamptz NOT NULL DEFAULT now(),
    planned_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    valid_until timestamptz,
    superseded_at timestamptz,
    CONSTRAINT export_ended CHECK ((state IN ('completed', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
    CONSTRAINT export_tasks_done CHECK (tasks_done <= tasks_total)
  )`,
  'CREATE UNIQUE INDEX export_fingerprint ON export (tenant_id, fingerprint) WHERE superseded_at IS NULL',
  'CREATE UNIQUE INDEX export_idempotency_key ON export (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL',
  'CREATE INDEX export_newest ON export (tenant_id, id)',
  'CREATE INDEX export_unfinished ON export (tenant_id) WHERE ended_at IS NULL',
  'CREATE INDEX export_old ON export (ended_at) WHERE ended_at IS NOT NULL',
  `CREATE TABLE task (
    export_id uuid NOT NULL REFERENCES export ON DELETE CASCADE,
    generation integer NOT NULL,
    task_index integer NOT NULL,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'queued' CONSTRAINT task_state CHECK (state IN ('queued', 'completed', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    last_delivery integer NOT NULL DEFAULT 0,
    payload jsonb NOT NULL,
    result jsonb,
    work_bytes bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    PRIMARY KEY (export_id, generation, task_index)
  )`,
  `CREATE TABLE upload (
    id uuid PRIMARY KEY,
    export_id uuid NOT NULL REFERENCES export ON DELETE CASCADE,
    generation integer NOT NULL,
    store_id text NOT NULL,
    bucket text NOT NULL,
    key text NOT NULL,
    upload_id text,
    state text NOT NULL DEFAULT 'opening' CONSTRAINT upload_state CHECK (state IN ('opening', 'open', 'completed', 'aborted')),
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    CONSTRAINT upload_opening CHECK ((state <> 'open' AND state <> 'completed') OR upload_id IS NOT NULL)
  )`,
  'CREATE INDEX upload_export ON upload (export_id)',
  `CREATE INDEX upload_unfinished ON upload (created_at) WHERE state IN ('opening', 'open')`,
];

const outboxTables = [
  `CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    export_id uuid NOT NULL REFERENCES export ON DELETE CASCADE,
    generation integer NOT NULL,
    task_index integer,
    subject text NOT NULL,
    message_id text NOT NULL,
    payload jsonb,
    headers jsonb,
    redrives integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    not_before timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    stream_sequence bigint,
    CONSTRAINT outbox_payload CHECK (payload IS NOT NULL OR task_index IS NOT NULL)
  )`,
  'CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL',
  'CREATE INDEX outbox_export ON outbox (export_id)',
  'CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL',
];
