import { Command, Option } from 'commander';
import { LocalStackError } from '@clipfleet/local-stack';
import { UsageError } from './terminal.js';

// the SDK's notice about Node 20 after 2026 is for us, not for who types a command
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// Each command loads what it needs when it is called: --help must not wait for TypeORM and the AWS SDK.
const program = new Command('clipfleet')
  .description('The export fleet for recorded live video, on this machine')
  .showHelpAfterError('(clipfleet --help tells what there is)');

const parsePort = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(`${text} is not a port`);
  return port;
};

const parseCount = (text: string): number => {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new UsageError(`${text} is not a number from 1 on`);
  return count;
};

program
  .command('up')
  .description('start Postgres, NATS and the five apps, make a demo recording, export a minute of it, stay up')
  .addOption(new Option('--store <store>', 'where objects lie').choices(['file', 's3']).default('file'))
  .option('--s3-endpoint <url>', 'an S3 server that is there already (instead of a Ceph RGW of our own)')
  .option('--s3-region <region>', 'its region', 'us-east-1')
  .option('--s3-access-key-id <id>', 'its credentials (or AWS_ACCESS_KEY_ID)')
  .option('--s3-secret-access-key <key>', '(or AWS_SECRET_ACCESS_KEY)')
  .option('--port <port>', 'of the HTTP API; default: a free one, the same each time', parsePort)
  .option('--postgres-port <port>', 'default: a free one', parsePort)
  .option('--nats-port <port>', 'default: a free one', parsePort)
  .option('--s3-port <port>', 'of our own S3 server, and the 12 after it; default: free ones', parsePort)
  .option('--exit', 'stop after the checked export; the exit code says whether it was right', false)
  .action(async (options: Record<string, never>) => {
    const { upOptions } = await import('./up/up-options.js');
    const { up } = await import('./up/up.js');
    await up(upOptions(options));
  });

program
  .command('test')
  .description('check, then the whole test suite with real servers (or the files whose path matches)')
  .argument('[paths...]')
  .allowUnknownOption()
  .action(async (paths: string[]) => {
    const { testCommand } = await import('./commands/test-command.js');
    process.exitCode = await testCommand(paths);
  });

program
  .command('export')
  .description('make an export through the API')
  .option('--from <time>', 'epoch ms, ms from the start, hh:mm:ss, or an ISO date')
  .option('--start-ms <ms>', 'the same as a number')
  .option('--duration-ms <ms>', 'how long', '10000')
  .option('--type <type>', 'mp4, mov, ts, thumb, json or tvu', 'mp4')
  .option('--m3u8 <key>', 'key of the playlist (m3u8 or mpd); default: the demo recording')
  .option('--name <name>', 'FileName')
  .option('--overwrite', 'is_cover: make it even if it is there', false)
  .option('--wait', 'until it is finished', false)
  .option('-o, --output <file>', 'wait, and fetch the result')
  .action(async (options: Parameters<typeof import('./commands/export-command.js').exportCommand>[0]) => {
    await (await import('./commands/export-command.js')).exportCommand(options);
  });

program
  .command('status')
  .description('one export, or the newest ones')
  .argument('[id]')
  .action(async (id?: string) => (await import('./commands/status-command.js')).statusCommand(id));

program
  .command('logs')
  .description('of the apps, or of one app or server')
  .argument('[name]')
  .option('-f, --follow', 'go on until Ctrl-C', false)
  .action(async (name: string | undefined, { follow }: { follow: boolean }) =>
    (await import('./commands/logs-command.js')).logsCommand(name, follow),
  );

program
  .command('reset')
  .description('remove the state of the local stack (.clipfleet)')
  .action(async () => (await import('./commands/reset-command.js')).resetCommand());

program
  .command('scale-sim')
  .description(
    "scale real workers by the manifests' triggers through a burst of exports and back to none; verify every output",
  )
  .option('--jobs <n>', 'exports, all within 5 s', parseCount, 500)
  .option('--speed <factor>', "the autoscalers' clock against this machine's", parseCount, 10)
  .option('--pods <n>', 'that fit on this machine; the others are pending', parseCount, 24)
  .option('--seed <n>', 'of the load', parseCount, 20_260_115)
  .option('--write <folder>', 'where scaling.svg and scaling.md go')
  .action(async (options: Parameters<typeof import('./commands/scale-sim-command.js').scaleSimCommand>[0]) =>
    (await import('./commands/scale-sim-command.js')).scaleSimCommand(options),
  );

program
  .command('migrate')
  .description('bring the schema of CLIPFLEET_DATABASE_URL up to date')
  .action(async () => (await import('./commands/migrate-command.js')).migrateCommand());

const token = program.command('token').description("tenants' tokens, in the database");
token
  .command('create')
  .description('create a token (and the tenant, if there is none); shown once')
  .argument('<tenant>')
  .option('--grant <store/bucket/prefix:rw...>', 'what the tenant may use; replaces what it may use now', [])
  .option('--scope <scope...>', 'exports:read, exports:write, files:read, files:write; default: all', [])
  .option('--expires <when>', 'such as 90d, 12h or a date; default: never')
  .option('--client', 'an id and a secret to be exchanged for short-lived tokens, instead of a token', false)
  .option('--kind <kind>', 'of customer, by which metrics tell its exports; default: as it is, at first standard')
  .option('--label <text>', 'to know it again', 'cli')
  .action(async (tenant: string, options: Parameters<typeof import('./commands/token-command.js').createToken>[1]) =>
    (await import('./commands/token-command.js')).createToken(tenant, options),
  );
token.command('list').action(async () => (await import('./commands/token-command.js')).listTokens());
token
  .command('revoke')
  .argument('<token or client id>')
  .action(async (given: string) => (await import('./commands/token-command.js')).revokeToken(given));

try {
  await program.parseAsync();
} catch (error) {
  const isKnown = error instanceof UsageError || error instanceof LocalStackError;
  console.error(isKnown ? `clipfleet: ${error.message}` : error);
  process.exitCode = 1;
}
// what was interrupted (an encode, a poll) must not keep a process alive whose work is over
process.exit();
