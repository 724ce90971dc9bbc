/** Keys whose values never reach a log, wherever an object is logged. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'secretAccessKey',
  'password',
  'token',
  'authorization',
  'signingSecret',
]);
const HIDDEN = '[hidden]';
/** The same for the fields that a child logger is bound to, which pino formats once. */
export const secretSerializers: Readonly<Record<string, () => string>> = Object.fromEntries(
  [...SECRET_KEYS].map((key) => [key, () => HIDDEN]),
);
/** Fields of a line, of what they hold, and of what that holds. */
const DEEPEST = 3;

/** The same object where it holds no secret, which is nearly always: every line passes here. */
export const hideSecrets = <T extends object>(fields: T): T => hideIn(fields, DEEPEST) as T;

const hideIn = (value: object, depth: number): object => {
  if (ArrayBuffer.isView(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    const shown = shownOf(key, member, depth);
    if (shown === member) continue;
    copy ??= copyOf(value);
    copy[key] = shown;
  }
  return copy ?? value;
};

const shownOf = (key: string, member: unknown, depth: number): unknown => {
  if (member === undefined || member === null) return member;
  if (SECRET_KEYS.has(key)) return HIDDEN;
  return typeof member === 'object' && depth > 1 ? hideIn(member, depth - 1) : member;
};

/** An error stays one: what is not its own is read through the prototype. */
const copyOf = (value: object): Record<string, unknown> => {
  if (Array.isArray(value)) return [...value] as unknown as Record<string, unknown>;
  return (value instanceof Error ? Object.create(value) : { ...value }) as Record<string, unknown>;
};
