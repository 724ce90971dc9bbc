import { isRetryable } from '../database/sql-states.js';
import type { ExportRepository, FoundExport, NewExport } from './export.repository.js';

const MAX_ROWS = 128;
/** One is prepared while another is committed. */
const MAX_STATEMENTS = 2;

interface Waiting {
  input: NewExport;
  resolve: (found: FoundExport) => void;
  reject: (reason: unknown) => void;
}

/**
 * Group commit: new exports that arrive together, or while others are committed, go into one statement. Nobody waits for company:
 * an export that comes alone is sent at once. Each is answered when it is committed.
 */
export class NewExports {
  /** By the limit of exports under way, which a statement has one of. */
  private readonly waiting = new Map<number | undefined, Waiting[]>();
  private running = 0;
  private isScheduled = false;

  constructor(private readonly exports: Pick<ExportRepository, 'createOrFind' | 'createOrFindMany'>) {}

  createOrFind(input: NewExport): Promise<FoundExport> {
    // these are decided one by one: by another key, or by a count that the others would change
    if (input.idempotencyKey !== undefined || input.maxActiveExports !== undefined)
      return this.exports.createOrFind(input);
    return new Promise((resolve, reject) => {
      const group = this.waiting.get(input.maxRunningExports) ?? [];
      group.push({ input, resolve, reject });
      this.waiting.set(input.maxRunningExports, group);
      this.schedule();
    });
  }

  /** After all sockets that have something have been read. */
  private schedule(): void {
    if (this.isScheduled || this.running >= MAX_STATEMENTS || this.waiting.size === 0) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.sendNext();
      this.schedule();
    });
  }

  private sendNext(): void {
    const [next] = this.waiting;
    if (!next) return;
    const [limit, group] = next;
    this.waiting.delete(limit);
    // what is left goes behind the other groups
    if (group.length > MAX_ROWS) this.waiting.set(limit, group.slice(MAX_ROWS));
    this.running += 1;
    void this.send(group.slice(0, MAX_ROWS), limit).finally(() => {
      this.running -= 1;
      this.schedule();
    });
  }

  private async send(group: Waiting[], limit: number | undefined): Promise<void> {
    try {
      const inputs = group.map(({ input }) => input);
      const results = await this.exports.createOrFindMany(inputs, limit);
      for (const [index, result] of results.entries()) {
        if (result.status === 'fulfilled') group[index].resolve(result.value);
        else group[index].reject(result.reason);
      }
    } catch (error) {
      // one that the ledger does not take must not fail the others
      if (group.length === 1 || isRetryable(error)) for (const { reject } of group) reject(error);
      else await Promise.all(group.map((one) => this.sendAlone(one)));
    }
  }

  private async sendAlone({ input, resolve, reject }: Waiting): Promise<void> {
    await this.exports.createOrFind(input).then(resolve, reject);
  }
}
