/** What a proposal was, and when. */
export interface Recommendation {
  atS: number;
  replicas: number;
}

export interface StabilisationWindows {
  upS: number;
  downS: number;
}

/**
 * The proposal, held against those before it: more pods only if every one within `upS` wanted more, fewer only if every one within
 * `downS` wanted fewer. So a dip shorter than the window takes nothing away.
 */
export const stabilised = (
  proposal: Recommendation,
  earlier: readonly Recommendation[],
  currentReplicas: number,
  { upS, downS }: StabilisationWindows,
): number => {
  const within = (windowS: number): number[] => [
    proposal.replicas,
    ...earlier.filter(({ atS }) => atS > proposal.atS - windowS).map(({ replicas }) => replicas),
  ];
  const [least, most] = [Math.min(...within(upS)), Math.max(...within(downS))];
  return Math.min(Math.max(currentReplicas, least), most);
};
