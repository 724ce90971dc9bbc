const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Doubles from half a second to half a minute; `random` in [0, 1) takes up to a quarter off, so that a herd spreads. */
export const backoffMs = (deliveryCount: number, random: number): number => {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(deliveryCount - 1, 20));
  return Math.round(fullMs * (1 - random / 4));
};
