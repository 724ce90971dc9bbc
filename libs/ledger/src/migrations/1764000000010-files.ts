import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stored files, their categories, and the objects of deleted ones. */
export class Files1764000000010 implements MigrationInterface {
  name = 'Files1764000000010';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...categoryTable, ...fileTables, ...removalTable]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE file_removal, file_use, file, file_category');
  }
}

const idOf = (table: string): string => `CONSTRAINT ${table}_id CHECK (id ~ '^[0-9a-f]{24}$')`;

const categoryTable = [
  `CREATE TABLE file_category (
    id text COLLATE "C" PRIMARY KEY ${idOf('file_category')},
    tenant_id uuid NOT NULL REFERENCES tenant ON DELETE CASCADE,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  'CREATE INDEX file_category_created ON file_category (tenant_id, created_at, id)',
];

const fileTables = [
  `CREATE TABLE file (
    id text COLLATE "C" PRIMARY KEY ${idOf('file')},
    tenant_id uuid NOT NULL REFERENCES tenant ON DELETE CASCADE,
    name text NOT NULL,
    cdn_path text NOT NULL,
    store_id text NOT NULL,
    bucket text NOT NULL,
    key text NOT NULL,
    media_type text NOT NULL DEFAULT 'other'
      CONSTRAINT file_media_type CHECK (media_type IN ('image', 'video', 'music', 'voice', 'other')),
    mime_type text,
    size_bytes bigint NOT NULL DEFAULT 0,
    status text NOT NULL
      CONSTRAINT file_status CHECK (status IN ('pending', 'running', 'success', 'failed')),
    error_message text,
    category_id text COLLATE "C" REFERENCES file_category ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  'CREATE UNIQUE INDEX file_cdn_path ON file (cdn_path, tenant_id)',
  'CREATE INDEX file_created ON file (tenant_id, created_at, id)',
  `CREATE INDEX file_received ON file (updated_at) WHERE status = 'running'`,
  'CREATE INDEX file_of_category ON file (category_id, created_at, id)',
  `CREATE TABLE file_use (
    export_id uuid NOT NULL REFERENCES export ON DELETE CASCADE,
    file_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (export_id, file_id)
  )`,
  'CREATE INDEX file_use_file ON file_use (file_id)',
];

const removalTable = [
  `CREATE TABLE file_removal (
    file_id text COLLATE "C" PRIMARY KEY,
    store_id text NOT NULL,
    bucket text NOT NULL,
    key text NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0
  )`,
  'CREATE INDEX file_removal_due ON file_removal (due_at)',
  'CREATE INDEX file_removal_place ON file_removal (key, bucket, store_id)',
];
