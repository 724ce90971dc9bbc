type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

export interface ShapeRules {
  /** Types of fields by name, as a table gives them: `Integer` is more than an example can show. */
  types: ReadonlyMap<string, string>;
  /** Fields beyond the example that are told all the same. */
  more?: ReadonlySet<string>;
  /** Objects whose names are the file's own. */
  free?: ReadonlySet<string>;
}

/**
 * Where an answer is not of the example's shape: a field that is missing or of another type, and one that nobody documented. An
 * empty list: none. Elements of a list are compared with the example's of the same `type`, or with its first.
 */
export const shapeDifferences = (example: unknown, answer: unknown, rules: ShapeRules, at = ''): string[] => {
  const [wanted, found] = [typeOf(example), typeOf(answer)];
  if (wanted !== found) return [`${at || 'the answer'} is ${found}, not ${wanted}`];
  if (Array.isArray(example)) return listDifferences(example as Json[], answer as Json[], rules, at);
  if (wanted !== 'object') return integerDifference(answer, rules, at);
  const [shown, told] = [example as Record<string, unknown>, answer as Record<string, unknown>];
  if (rules.free?.has(lastName(at))) {
    const notText = Object.entries(told).filter(([, value]) => typeof value !== 'string');
    return notText.map(([name]) => `${at}.${name} is no text`);
  }
  const missing = Object.keys(shown).filter((name) => !(name in told));
  const undocumented = Object.keys(told).filter((name) => !(name in shown) && rules.more?.has(name) !== true);
  const shared = Object.keys(shown).filter((name) => name in told);
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...undocumented.map((name) => `${at}.${name} is not documented`),
    ...shared.flatMap((name) => shapeDifferences(shown[name], told[name], rules, `${at}.${name}`)),
  ];
};

const listDifferences = (example: Json[], answer: Json[], rules: ShapeRules, at: string): string[] => {
  if (example.length > 0 && answer.length === 0) return [`${at} is empty`];
  return answer.flatMap((element, index) => {
    const like = example.find((shown) => kindOf(shown) === kindOf(element)) ?? example[0];
    return like === undefined ? [] : shapeDifferences(like, element, rules, `${at}.${index}`);
  });
};

const kindOf = (element: Json): unknown => (element as { type?: unknown } | null)?.type;
const lastName = (at: string): string => at.slice(at.lastIndexOf('.') + 1);

const integerDifference = (answer: unknown, { types }: ShapeRules, at: string): string[] =>
  types.get(lastName(at)) === 'Integer' && typeof answer === 'number' && !Number.isInteger(answer)
    ? [`${at} is no whole number`]
    : [];
