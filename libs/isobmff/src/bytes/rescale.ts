/**
 * `value · multiplier / divisor`, rounded, without the product leaving the 53 bits of an integer: the whole quotient is
 * taken out first. Safe for any time this library meets (2^40 ticks and timescales below 2^20).
 */
function rescaleWith(round: (x: number) => number, value: number, multiplier: number, divisor: number): number {
  const whole = Math.floor(value / divisor);
  const rest = value - whole * divisor;
  return whole * multiplier + round((rest * multiplier) / divisor);
}

/** To the nearest, halves up. */
export const rescaleNearest = (value: number, multiplier: number, divisor: number): number =>
  rescaleWith(Math.round, value, multiplier, divisor);

export const rescaleFloor = (value: number, multiplier: number, divisor: number): number =>
  rescaleWith(Math.floor, value, multiplier, divisor);

export const rescaleCeil = (value: number, multiplier: number, divisor: number): number =>
  rescaleWith(Math.ceil, value, multiplier, divisor);
