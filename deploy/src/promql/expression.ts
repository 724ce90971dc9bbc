import { parser } from '@prometheus-io/lezer-promql';

/** One selector of a PromQL expression: `clipfleet_queue_pending{kind="segment"}`. */
export interface Selector {
  metric: string;
  /** Label → value, where it is compared with `=`; undefined for other comparisons. */
  labels: ReadonlyMap<string, string | undefined>;
}

export interface Expression {
  selectors: readonly Selector[];
  /** Labels that `by`, `without`, `on`, `ignoring` and `group_…` name. */
  groupings: readonly string[];
}

/** The selectors and groupings of an expression; throws where it is not PromQL. */
export const readExpression = (text: string): Expression => {
  const selectors: Selector[] = [];
  const groupings: string[] = [];
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`not PromQL at character ${node.from + 1}: ${text}`);
      if (node.name === 'VectorSelector') selectors.push(selectorOf(node.node, text));
      if (node.name === 'GroupingLabels') {
        groupings.push(...node.node.getChildren('LabelName').map(({ from, to }) => text.slice(from, to)));
      }
    },
  });
  return { selectors, groupings };
};

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

const selectorOf = (node: SyntaxNode, text: string): Selector => {
  const slice = ({ from, to }: { from: number; to: number }): string => text.slice(from, to);
  const identifier = node.getChild('Identifier');
  if (!identifier) throw new Error(`a selector without the name of a metric: ${slice(node)}`);
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  const labels = matchers.map((matcher): [string, string | undefined] => {
    const isEqual = matcher.getChild('MatchOp')?.getChild('EqlSingle');
    const value = matcher.getChild('StringLiteral');
    return [slice(matcher.getChild('LabelName')!), isEqual && value ? slice(value).slice(1, -1) : undefined];
  });
  return { metric: slice(identifier), labels: new Map(labels) };
};
