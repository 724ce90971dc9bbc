import { readFileSync } from 'node:fs';

/** What the documentation says of one endpoint. */
export interface DocumentedEndpoint {
  title: string;
  method: string;
  path: string;
  /** The body its curl example sends, if any. */
  requested?: Record<string, unknown>;
  /** The answer it shows, if any. */
  example?: unknown;
  /** Types of its tables of returned fields, by name. */
  returned: ReadonlyMap<string, string>;
  statuses: readonly number[];
}

const text = readFileSync(new URL('../../../src/e2e/file-api/public-documentation.md', import.meta.url), 'utf8');

const readEndpoint = (section: string): DocumentedEndpoint => {
  const [, method, path] = /`(GET|POST|PUT|DELETE) https:\/\/[^/]+(\/[^`]+)`/.exec(section) ?? [];
  const [, shown] = /\*\*返回示例\*\*\s+```\w*\n(.*?)```/s.exec(section) ?? [];
  const [, sent] = /--data '(\{.*\})'/.exec(section) ?? [];
  const tables = section.slice(section.search(/\*\*返回参数\*\*/)).split('**代码示例**')[0];
  const rows = tables.matchAll(/^\| *([\w\\]+) *\| *([A-Z]\w+) *\|/gm);
  return {
    ...{ title: section.split('\n', 1)[0].trim(), method, path },
    ...(sent !== undefined && { requested: JSON.parse(sent.replaceAll('\\n', '')) as Record<string, unknown> }),
    // one of the examples has a comma too many
    ...(shown !== undefined && { example: JSON.parse(shown.replaceAll(/,(\s*[}\]])/g, '$1')) as unknown }),
    returned: new Map([...rows].map(([, name, type]) => [name.replaceAll('\\', ''), type])),
    statuses: [...section.matchAll(/^`(\d{3})` /gm)].map(([, status]) => Number(status)),
  };
};

/** Every endpoint of the documentation, in its order. */
export const documentedEndpoints: readonly DocumentedEndpoint[] = text.split(/^## /m).slice(1).map(readEndpoint);

export const documented = (title: string): DocumentedEndpoint =>
  documentedEndpoints.find((endpoint) => endpoint.title === title)!;

const namesIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, member]) => [name, ...namesIn(member)])
    : [];

/** Every field that it names anywhere. */
export const documentedNames: ReadonlySet<string> = new Set(
  documentedEndpoints.flatMap(({ example, returned }) => [...namesIn(example), ...returned.keys()]),
);
