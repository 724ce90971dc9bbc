import type { ConfigSchema } from './load-config.js';

/** The README's table: one markdown row per variable, in order of declaration. */
export const describeConfig = (schema: Pick<ConfigSchema, 'variables'>): string =>
  [
    '| variable | default | what |',
    '|---|---|---|',
    ...Object.values(schema.variables).map(
      (v) => `| \`${v.name}\` | ${describeDefault(v.defaultText, v.required)} | ${escapeCell(v.description)} |`,
    ),
  ].join('\n');

const describeDefault = (text: string | undefined, required: boolean): string => {
  if (text !== undefined) return `\`${escapeCell(text)}\``;
  return required ? 'required' : '';
};

const escapeCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
