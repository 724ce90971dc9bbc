-- The schema after all migrations; `CLIPFLEET_WRITE_SCHEMA=1 npm test -- libs/ledger/src/database/schema` writes it.

CREATE TABLE dispatch_clock (
  subject text NOT NULL,
  virtual_time double precision NOT NULL,
  CONSTRAINT dispatch_clock_pkey PRIMARY KEY (subject)
);

CREATE TABLE dispatch_share (
  subject text NOT NULL,
  tenant_id uuid NOT NULL,
  virtual_time double precision NOT NULL,
  CONSTRAINT dispatch_share_pkey PRIMARY KEY (subject, tenant_id),
  CONSTRAINT dispatch_share_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);

CREATE TABLE export (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  fingerprint text NOT NULL,
  idempotency_key text,
  state text DEFAULT 'queued'::text NOT NULL,
  generation integer DEFAULT 1 NOT NULL,
  priority integer DEFAULT 0 NOT NULL,
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
  plan_attempts integer DEFAULT 0 NOT NULL,
  plan_delivery integer DEFAULT 0 NOT NULL,
  assemble_attempts integer DEFAULT 0 NOT NULL,
  assemble_delivery integer DEFAULT 0 NOT NULL,
  tasks_total integer DEFAULT 0 NOT NULL,
  tasks_done integer DEFAULT 0 NOT NULL,
  bytes_total bigint DEFAULT 0 NOT NULL,
  bytes_done bigint DEFAULT 0 NOT NULL,
  result jsonb,
  error_code text,
  error_message text,
  error_details jsonb,
  accepted_at timestamp with time zone DEFAULT now() NOT NULL,
  planned_at timestamp with time zone,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  valid_until timestamp with time zone,
  superseded_at timestamp with time zone,
  own_places jsonb DEFAULT '[]'::jsonb NOT NULL,
  grows boolean GENERATED ALWAYS AS (COALESCE((plan ? 'growth'::text), false)) STORED NOT NULL,
  expires_in_ms bigint,
  expires_at timestamp with time zone,
  CONSTRAINT export_pkey PRIMARY KEY (id),
  CONSTRAINT export_ended CHECK (((state = ANY (ARRAY['completed'::text, 'failed'::text, 'cancelled'::text])) = (ended_at IS NOT NULL))),
  CONSTRAINT export_state CHECK ((state = ANY (ARRAY['queued'::text, 'planning'::text, 'running'::text, 'assembling'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]))),
  CONSTRAINT export_tasks_done CHECK ((tasks_done <= tasks_total)),
  CONSTRAINT export_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE UNIQUE INDEX export_fingerprint ON export USING btree (fingerprint, tenant_id) WHERE (superseded_at IS NULL);
CREATE UNIQUE INDEX export_idempotency_key ON export USING btree (idempotency_key, tenant_id) WHERE (idempotency_key IS NOT NULL);
CREATE INDEX export_newest ON export USING btree (tenant_id, id);
CREATE INDEX export_not_made ON export USING btree (tenant_id, state, id) WHERE (state = ANY (ARRAY['failed'::text, 'cancelled'::text]));
CREATE INDEX export_old ON export USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX export_under_way ON export USING btree (tenant_id) WHERE ((state = ANY (ARRAY['planning'::text, 'running'::text, 'assembling'::text])) AND (NOT grows));
CREATE INDEX export_unfinished ON export USING btree (tenant_id) WHERE (ended_at IS NULL);

CREATE TABLE file (
  id text NOT NULL,
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  cdn_path text NOT NULL,
  store_id text NOT NULL,
  bucket text NOT NULL,
  key text NOT NULL,
  media_type text DEFAULT 'other'::text NOT NULL,
  mime_type text,
  size_bytes bigint DEFAULT 0 NOT NULL,
  status text NOT NULL,
  error_message text,
  category_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  export_id uuid,
  registered boolean DEFAULT false NOT NULL,
  CONSTRAINT file_pkey PRIMARY KEY (id),
  CONSTRAINT file_category_id_fkey FOREIGN KEY (category_id) REFERENCES file_category(id) ON DELETE SET NULL,
  CONSTRAINT file_export_id_fkey FOREIGN KEY (export_id) REFERENCES export(id) ON DELETE SET NULL,
  CONSTRAINT file_id CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
  CONSTRAINT file_media_type CHECK ((media_type = ANY (ARRAY['image'::text, 'video'::text, 'music'::text, 'voice'::text, 'other'::text]))),
  CONSTRAINT file_status CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'success'::text, 'failed'::text]))),
  CONSTRAINT file_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX file_cdn_path ON file USING btree (cdn_path, tenant_id);
CREATE INDEX file_created ON file USING btree (tenant_id, created_at, id);
CREATE UNIQUE INDEX file_export ON file USING btree (export_id) WHERE (export_id IS NOT NULL);
CREATE INDEX file_of_category ON file USING btree (category_id, created_at, id);
CREATE INDEX file_received ON file USING btree (updated_at) WHERE (status = 'running'::text);
CREATE UNIQUE INDEX file_registered ON file USING btree (key, bucket, store_id, tenant_id) WHERE registered;

CREATE TABLE file_category (
  id text NOT NULL,
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT file_category_pkey PRIMARY KEY (id),
  CONSTRAINT file_category_id CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
  CONSTRAINT file_category_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
CREATE INDEX file_category_created ON file_category USING btree (tenant_id, created_at, id);

CREATE TABLE file_removal (
  file_id text NOT NULL,
  store_id text NOT NULL,
  bucket text NOT NULL,
  key text NOT NULL,
  due_at timestamp with time zone DEFAULT now() NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  CONSTRAINT file_removal_pkey PRIMARY KEY (file_id)
);
CREATE INDEX file_removal_due ON file_removal USING btree (due_at);
CREATE INDEX file_removal_place ON file_removal USING btree (key, bucket, store_id);

CREATE TABLE file_use (
  export_id uuid NOT NULL,
  file_id text NOT NULL,
  CONSTRAINT file_use_pkey PRIMARY KEY (export_id, file_id),
  CONSTRAINT file_use_export_id_fkey FOREIGN KEY (export_id) REFERENCES export(id) ON DELETE CASCADE
);
CREATE INDEX file_use_file ON file_use USING btree (file_id);

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  export_id uuid NOT NULL,
  generation integer NOT NULL,
  task_index integer,
  subject text NOT NULL,
  message_id text NOT NULL,
  payload jsonb,
  headers jsonb,
  redrives integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  not_before timestamp with time zone DEFAULT now() NOT NULL,
  published_at timestamp with time zone,
  stream_sequence bigint,
  tenant_id uuid,
  priority integer,
  cost double precision,
  held boolean DEFAULT false NOT NULL,
  returns integer DEFAULT 0 NOT NULL,
  deliveries integer DEFAULT 0 NOT NULL,
  again_at timestamp with time zone,
  CONSTRAINT outbox_pkey PRIMARY KEY (id),
  CONSTRAINT outbox_export_id_fkey FOREIGN KEY (export_id) REFERENCES export(id) ON DELETE CASCADE,
  CONSTRAINT outbox_held CHECK (((NOT held) OR ((tenant_id IS NOT NULL) AND (priority IS NOT NULL) AND (cost > (0)::double precision)))),
  CONSTRAINT outbox_payload CHECK (((payload IS NOT NULL) OR (task_index IS NOT NULL) OR (subject = 'clipfleet.work.plan'::text)))
);
CREATE INDEX outbox_again ON outbox USING btree (again_at) WHERE (again_at IS NOT NULL);
CREATE INDEX outbox_export ON outbox USING btree (export_id);
CREATE INDEX outbox_published ON outbox USING btree (published_at) WHERE (published_at IS NOT NULL);
CREATE INDEX outbox_unpublished ON outbox USING btree (id) WHERE ((published_at IS NULL) AND (NOT held));
CREATE INDEX outbox_waiting ON outbox USING btree (subject, tenant_id, priority DESC, id) WHERE held;

CREATE TABLE output_removal (
  store_id text NOT NULL,
  bucket text NOT NULL,
  key text NOT NULL,
  name text GENERATED ALWAYS AS (regexp_replace(key, '(\.edges)?\.[^./]*$'::text, ''::text)) STORED NOT NULL,
  etag text NOT NULL,
  due_at timestamp with time zone NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  CONSTRAINT output_removal_pkey PRIMARY KEY (name, bucket, store_id, key)
);
CREATE INDEX output_removal_due ON output_removal USING btree (due_at);

CREATE TABLE task (
  export_id uuid NOT NULL,
  generation integer NOT NULL,
  task_index integer NOT NULL,
  kind text NOT NULL,
  state text DEFAULT 'queued'::text NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  last_delivery integer DEFAULT 0 NOT NULL,
  payload jsonb NOT NULL,
  result jsonb,
  work_bytes bigint NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT task_pkey PRIMARY KEY (export_id, generation, task_index),
  CONSTRAINT task_export_id_fkey FOREIGN KEY (export_id) REFERENCES export(id) ON DELETE CASCADE,
  CONSTRAINT task_state CHECK ((state = ANY (ARRAY['queued'::text, 'completed'::text, 'failed'::text])))
);

CREATE TABLE tenant (
  id uuid NOT NULL,
  slug text NOT NULL,
  name text NOT NULL,
  limits jsonb DEFAULT '{}'::jsonb NOT NULL,
  jwe_key bytea,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  kind text DEFAULT 'standard'::text NOT NULL,
  CONSTRAINT tenant_pkey PRIMARY KEY (id),
  CONSTRAINT tenant_jwe_key_length CHECK ((octet_length(jwe_key) = 32)),
  CONSTRAINT tenant_kind CHECK ((kind ~ '^[a-z][a-z0-9-]{0,31}$'::text)),
  CONSTRAINT tenant_slug UNIQUE (slug)
);

CREATE TABLE tenant_client (
  id text NOT NULL,
  tenant_id uuid NOT NULL,
  secret_sha256 bytea NOT NULL,
  label text NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  CONSTRAINT tenant_client_pkey PRIMARY KEY (id),
  CONSTRAINT tenant_client_scopes CHECK (((cardinality(scopes) > 0) AND (scopes <@ ARRAY['exports:read'::text, 'exports:write'::text, 'files:read'::text, 'files:write'::text]))),
  CONSTRAINT tenant_client_secret_length CHECK ((octet_length(secret_sha256) = 32)),
  CONSTRAINT tenant_client_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);

CREATE TABLE tenant_grant (
  tenant_id uuid NOT NULL,
  store_id text NOT NULL,
  bucket text NOT NULL,
  prefix text NOT NULL,
  can_read boolean NOT NULL,
  can_write boolean NOT NULL,
  CONSTRAINT tenant_grant_pkey PRIMARY KEY (tenant_id, store_id, bucket, prefix),
  CONSTRAINT tenant_grant_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);

CREATE TABLE tenant_token (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  token_sha256 bytea NOT NULL,
  label text NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  client_id text,
  CONSTRAINT tenant_token_pkey PRIMARY KEY (id),
  CONSTRAINT tenant_token_client_id_fkey FOREIGN KEY (client_id) REFERENCES tenant_client(id) ON DELETE CASCADE,
  CONSTRAINT tenant_token_scopes CHECK (((cardinality(scopes) > 0) AND (scopes <@ ARRAY['exports:read'::text, 'exports:write'::text, 'files:read'::text, 'files:write'::text]))),
  CONSTRAINT tenant_token_sha256 UNIQUE (token_sha256),
  CONSTRAINT tenant_token_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
CREATE INDEX tenant_token_client ON tenant_token USING btree (client_id, expires_at) WHERE (client_id IS NOT NULL);

CREATE TABLE upload (
  id uuid NOT NULL,
  export_id uuid NOT NULL,
  generation integer NOT NULL,
  store_id text NOT NULL,
  bucket text NOT NULL,
  key text NOT NULL,
  upload_id text,
  state text DEFAULT 'opening'::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT upload_pkey PRIMARY KEY (id),
  CONSTRAINT upload_export_id_fkey FOREIGN KEY (export_id) REFERENCES export(id) ON DELETE CASCADE,
  CONSTRAINT upload_opening CHECK (((state <> ALL (ARRAY['open'::text, 'used'::text, 'completed'::text])) OR (upload_id IS NOT NULL))),
  CONSTRAINT upload_state CHECK ((state = ANY (ARRAY['opening'::text, 'open'::text, 'used'::text, 'aborting'::text, 'completed'::text, 'aborted'::text])))
);
CREATE INDEX upload_export ON upload USING btree (export_id);
CREATE INDEX upload_unfinished ON upload USING btree (created_at) WHERE (state = ANY (ARRAY['opening'::text, 'open'::text, 'used'::text, 'aborting'::text]));
