import type { Variable } from './variable.js';

export type Variables = Readonly<Record<string, Variable<unknown>>>;
export type Config<V extends Variables> = { readonly [K in keyof V]: V[K] extends Variable<infer T> ? T : never };
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What no single variable can see: returns what is wrong, naming the variables, or undefined. Typed as a method, so that schemas of
 * different apps fit into one list: each is only asked about what its own variables gave.
 */
export type Contradiction<V extends Variables> = { ask(config: Config<V>): string | undefined }['ask'];

export interface ConfigSchema<V extends Variables = Variables> {
  readonly variables: V;
  readonly contradictions: readonly Contradiction<V>[];
}

export const defineConfig = <V extends Variables>(
  variables: V,
  contradictions: readonly Contradiction<V>[] = [],
): ConfigSchema<V> => ({ variables, contradictions });

/** Why the process refuses to start: every problem, each with its variable's name. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is wrong:\n${problems.map((p) => `  ${p}`).join('\n')}`);
  }
}

/** Environment → typed configuration, or a ConfigError with all that is wrong. An empty variable counts as unset. */
export const loadConfig = <V extends Variables>(schema: ConfigSchema<V>, env: Environment): Config<V> => {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, variable] of Object.entries(schema.variables)) {
    const read = readVariable(variable, env);
    if (read.ok) values[key] = read.value;
    else problems.push(...read.problems);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const config = Object.freeze(values) as Config<V>;
  const contradictions = schema.contradictions.map((find) => find(config)).filter((found) => found !== undefined);
  if (contradictions.length > 0) throw new ConfigError(contradictions);
  return config;
};

const readVariable = (variable: Variable<unknown>, env: Environment): ReturnType<Variable<unknown>['parse']> => {
  const given = env[variable.name]?.trim() || undefined;
  const text = given ?? variable.defaultText;
  if (text === undefined) {
    return variable.required
      ? { ok: false, problems: [`${variable.name} is not set: ${variable.description}`] }
      : { ok: true, value: undefined };
  }
  const parsed = variable.parse(text);
  if (parsed.ok) return parsed;
  const shown = variable.secret ? '' : ` (it is ${JSON.stringify(text.slice(0, 100))})`;
  return { ok: false, problems: parsed.problems.map((problem) => `${variable.name} ${problem}${shown}`) };
};

/** For main.ts: prints what is wrong and exits with 78 (EX_CONFIG of sysexits.h), which no supervisor mistakes for a crash. */
export const loadConfigOrExit = <V extends Variables>(
  schema: ConfigSchema<V>,
  env: Environment = process.env,
): Config<V> => {
  try {
    return loadConfig(schema, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(78);
  }
};
