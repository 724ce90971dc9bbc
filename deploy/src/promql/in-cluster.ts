import { parser } from '@prometheus-io/lezer-promql';

const MATCHER = 'cluster=~"$cluster"';

/** The expression, with every selector narrowed to the clusters that a dashboard has chosen. */
export const inCluster = (text: string): string => {
  const inserts: { at: number; insert: string }[] = [];
  parser.parse(text).iterate({
    enter: ({ name, node }) => {
      if (name !== 'VectorSelector') return;
      const matchers = node.getChild('LabelMatchers');
      // in front of what is there, or braces of their own behind the name
      if (!matchers) inserts.push({ at: node.to, insert: `{${MATCHER}}` });
      else inserts.push({ at: matchers.from + 1, insert: text[matchers.from + 1] === '}' ? MATCHER : `${MATCHER}, ` });
    },
  });
  return inserts
    .toSorted((a, b) => b.at - a.at)
    .reduce((result, { at, insert }) => result.slice(0, at) + insert + result.slice(at), text);
};
