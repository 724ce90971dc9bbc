/** Throws, or rejects, when what it looks at is not ready. */
export type ReadinessCheck = () => void | Promise<void>;

export interface ReadinessReport {
  ready: boolean;
  /** `ok`, or what is wrong, by the name of the check; those that are spared among them. */
  checks: Record<string, string>;
}

/** A check that takes longer is a check that fails: probes have their own, longer, timeout. */
const CHECK_TIMEOUT_MS = 2_000;

/** What must hold before this process should get traffic or work: each part of an app registers its own check. */
export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();
  private readonly spared = new Set<string>();
  private readonly vitals = new Map<string, () => void>();
  private stopping = false;

  register(name: string, check: ReadinessCheck): void {
    if (this.checks.has(name)) throw new Error(`a readiness check ${name} is registered already`);
    this.checks.set(name, check);
  }

  /** Told beside the others, and no reason to get no traffic: while it is away, the process does the rest of its work. */
  registerSpared(name: string, check: ReadinessCheck): void {
    this.register(name, check);
    this.spared.add(name);
  }

  /**
   * What never comes back by itself once it is gone: the process is of no use any more, and who watches it starts another one.
   * Not what a restart would not mend: a server that is away is a matter of readiness, and long work is none at all.
   */
  registerVital(name: string, check: () => void): void {
    this.vitals.set(name, check);
  }

  /** Why this process is dead although it answers, by the name of the check; nothing while it lives. */
  fatal(): Record<string, string> {
    const failures: Record<string, string> = {};
    for (const [name, check] of this.vitals) {
      try {
        check();
      } catch (error) {
        failures[name] = error instanceof Error ? error.message : String(error);
      }
    }
    return failures;
  }

  /** From now on not ready: the process drains. */
  stop(): void {
    this.stopping = true;
  }

  async report(): Promise<ReadinessReport> {
    const results = await Promise.all([...this.checks].map(async ([name, check]) => [name, await run(check)] as const));
    const ready = !this.stopping && results.every(([name, result]) => result === 'ok' || this.spared.has(name));
    const checks = Object.fromEntries(results);
    if (this.stopping) checks['shutdown'] = 'in progress';
    return { ready, checks };
  }
}

const run = async (check: ReadinessCheck): Promise<string> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer in ${CHECK_TIMEOUT_MS} ms`), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([
      Promise.resolve()
        .then(check)
        .then(() => 'ok'),
      timeout,
    ]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
};
