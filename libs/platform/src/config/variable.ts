import { z } from 'zod';

/** One environment variable: the only place where its name, default and meaning stand. */
export interface Variable<T> {
  /** With the unit in it: `…_MS`, `…_BYTES`. */
  readonly name: string;
  readonly description: string;
  /** As it would be written in the environment. */
  readonly defaultText?: string;
  /** Never shown: neither in problems nor in logs. */
  readonly secret: boolean;
  readonly parse: (text: string) => Parsed<T>;
  /** What `parse` makes of an unset variable without a default: `undefined` for optional ones, a problem for required ones. */
  readonly required: boolean;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: readonly string[] };

interface Described {
  description: string;
  secret?: boolean;
}
interface WithDefault<T> extends Described {
  default: T;
}

const good = <T>(value: T): Parsed<T> => ({ ok: true, value });
const bad = (...problems: string[]): Parsed<never> => ({ ok: false, problems });

const create = <T>(
  name: string,
  options: Described & { default?: string | number | boolean; required?: boolean },
  parse: (text: string) => Parsed<T>,
): Variable<T> => ({
  name,
  description: options.description,
  ...(options.default === undefined ? {} : { defaultText: String(options.default) }),
  secret: options.secret ?? false,
  parse,
  required: options.required ?? options.default === undefined,
});

/** The same variable, but allowed to be absent. */
export const optional = <T>(variable: Variable<T>): Variable<T | undefined> => ({ ...variable, required: false });

export const textVariable = (
  name: string,
  options: Described & { default?: string; pattern?: RegExp },
): Variable<string> =>
  create(name, options, (text) =>
    options.pattern && !options.pattern.test(text) ? bad(`must match ${options.pattern}`) : good(text),
  );

export interface IntegerOptions extends Described {
  default?: number;
  min: number;
  max: number;
}

export const integerVariable = (name: string, options: IntegerOptions): Variable<number> =>
  create(name, options, (text) => {
    if (!/^-?\d+$/.test(text)) return bad('must be a whole number');
    const value = Number(text);
    return value < options.min || value > options.max
      ? bad(`must be from ${options.min} to ${options.max}`)
      : good(value);
  });

export const portVariable = (name: string, options: Described & { default?: number }): Variable<number> =>
  integerVariable(name, { ...options, min: 0, max: 65_535 });

const flags: Record<string, boolean> = { true: true, '1': true, yes: true, false: false, '0': false, no: false };

export const flagVariable = (name: string, options: WithDefault<boolean>): Variable<boolean> =>
  create(name, options, (text) => {
    const value = flags[text.toLowerCase()];
    return value === undefined ? bad('must be true or false') : good(value);
  });

export const choiceVariable = <const C extends string>(
  name: string,
  options: Described & { choices: readonly C[]; default?: NoInfer<C> },
): Variable<C> =>
  create(name, options, (text) => {
    const choice = options.choices.find((c) => c === text);
    return choice === undefined ? bad(`must be one of ${options.choices.join(', ')}`) : good(choice);
  });

/** A URL may carry a password, so its value is never shown. */
export const urlVariable = (
  name: string,
  options: Described & { default?: string; protocols: readonly string[] },
): Variable<string> =>
  create(name, { ...options, secret: options.secret ?? true }, (text) => {
    if (!URL.canParse(text)) return bad('must be a URL');
    const protocol = new URL(text).protocol.slice(0, -1);
    return options.protocols.includes(protocol)
      ? good(text)
      : bad(`must begin with ${options.protocols.map((p) => `${p}://`).join(' or ')}`);
  });

/** JSON held against a schema. Treated as a secret: configuration in JSON usually carries keys. */
export const jsonVariable = <T>(
  name: string,
  options: Described & { schema: z.ZodType<T>; default?: string },
): Variable<T> =>
  create(name, { ...options, secret: options.secret ?? true }, (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // the parser's own message quotes the text
      return bad('is not valid JSON');
    }
    const parsed = options.schema.safeParse(value);
    return parsed.success ? good(parsed.data) : bad(...parsed.error.issues.map(describeIssue));
  });

const describeIssue = (issue: z.core.$ZodIssue): string =>
  issue.path.length === 0 ? issue.message : `${issue.path.map(String).join('.')}: ${issue.message}`;
