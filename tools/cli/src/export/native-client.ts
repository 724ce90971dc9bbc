import { UsageError } from '../terminal.js';

/** The parts of an export of the native API that the terminal shows. */
export interface NativeExport {
  id: string;
  state: string;
  createdAt?: string;
  progress?: { doneBytes?: number; totalBytes?: number; ratio?: number };
  [field: string]: unknown;
}

export class NativeClient {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  get(id: string): Promise<NativeExport> {
    return this.call<NativeExport>('GET', `/v1/exports/${encodeURIComponent(id)}`);
  }

  async list(limit: number): Promise<NativeExport[]> {
    const page = await this.call<{ items: NativeExport[] }>('GET', `/v1/exports?limit=${limit}`);
    return page.items;
  }

  private async call<T>(method: string, path: string): Promise<T> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { authorization: `Bearer ${this.token}` },
    }).catch((cause: unknown) => {
      throw new UsageError(`${this.url} does not answer: is the stack up?`, { cause });
    });
    const text = await response.text();
    if (!response.ok) throw new UsageError(`HTTP ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text) as T;
  }
}
