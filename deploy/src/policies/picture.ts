import { appNames } from '@clipfleet/local-stack';

export interface Edge {
  from: string;
  to: string;
}

/** Node of the picture → name of the pods, or of what lies outside. */
const NAMES: Readonly<Record<string, string>> = { client: 'clients', pg: 'ledger', nats: 'nats', stores: 'stores' };
const EDGE = /^\s*([\w-]+)(?:[[({].*?[\])}])?\s*<?-->(?:\|[^|]*\|)?\s*([\w-]+)/gm;

/** Who speaks to whom, by the flowchart of ARCHITECTURE.md. Of NATS, Postgres and stores the app is the one that connects. */
export const edgesOfPicture = (architecture: string): Edge[] => {
  const chart = /```mermaid\nflowchart[^\n]*\n([\s\S]*?)```/.exec(architecture)?.[1];
  if (!chart) throw new Error('ARCHITECTURE.md has no flowchart');
  return [...chart.matchAll(EDGE)].map(([, left, right]) => {
    const edge = { from: NAMES[left] ?? left, to: NAMES[right] ?? right };
    const isApp = (name: string): boolean => (appNames as readonly string[]).includes(name);
    return isApp(edge.to) && edge.from !== 'clients' ? { from: edge.to, to: edge.from } : edge;
  });
};
