import { isAlert, type RuleGroup } from './rule.js';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/**
 * The same rules in a time of their own, in which a minute is a second: windows, offsets and `for` are a sixtieth, and nothing else is
 * another. For runs in which an alert has to fire and to end while somebody waits.
 */
export const hurried = (groups: readonly RuleGroup[]): RuleGroup[] =>
  groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => {
      const expr = rule.expr
        .replaceAll(/\[(\d+[smhd])\]/g, (_, window: string) => `[${sixtieth(window)}]`)
        .replaceAll(/ offset (\d+[smhd])/g, (_, earlier: string) => ` offset ${sixtieth(earlier)}`);
      return isAlert(rule) ? { ...rule, expr, for: sixtieth(rule.for) } : { ...rule, expr };
    }),
  }));

const sixtieth = (duration: string): string => {
  const match = /^(\d+)([smhd])$/.exec(duration);
  const seconds = match ? (Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS]) / 60 : Number.NaN;
  if (!Number.isInteger(seconds)) throw new Error(`${duration} has no sixtieth in whole seconds`);
  return `${seconds}s`;
};
