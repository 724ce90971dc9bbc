const UNITS: Readonly<Record<string, number>> = {
  ...{ '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
};

/** A quantity of Kubernetes as a number: `4Gi`, `500m`, `2`. */
export const quantityOf = (text: string | number | undefined): number | undefined => {
  const [, digits, unit] = /^([0-9.]+)([a-zA-Z]*)$/.exec(String(text)) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
};
