/**
 * Decoding times for pictures that an encoder put in decoding order, by their presentation times alone: the sorted presentation
 * times less the least delay that lets no picture be shown before it is decoded. An encoder's own begin with a guess of
 * the delay, which no range can share with the next.
 */
export function sortedDecodingTimes(ptsTicks: readonly number[]): number[] {
  const sorted = [...ptsTicks].sort((a, b) => a - b);
  let delayTicks = 0;
  for (let i = 0; i < sorted.length; i++) delayTicks = Math.max(delayTicks, sorted[i] - ptsTicks[i]);
  return sorted.map((ticks) => ticks - delayTicks);
}
