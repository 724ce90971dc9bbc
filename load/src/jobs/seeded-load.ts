import { type KindName, randomOf } from '@clipfleet/testing';

/** One export that somebody will ask for. */
export interface PlannedJob {
  /** From the start of the load. */
  afterMs: number;
  kindName: KindName;
  /** 0-based. */
  tenant: number;
}

export interface LoadOptions {
  seed: number;
  jobCount: number;
  tenantCount: number;
  /** All of them come within it. */
  overMs: number;
  /** Default: all that the mix has. */
  kindNames?: readonly KindName[];
}

/** Of a hundred exports, so many are of a kind. Small clips and pictures are what editors ask for most. */
const MIX: Readonly<Partial<Record<KindName, number>>> = {
  'small-mp4': 44,
  image: 20,
  transcode: 12,
  ts: 8,
  mp4: 5,
  edges: 3,
  'ts-edges': 3,
  playlist: 5,
};

export const loadKinds = Object.keys(MIX) as KindName[];

/** The load of a seed: the same jobs at the same times, wherever and whenever it is played. */
export const seededLoad = (options: LoadOptions): PlannedJob[] => {
  const { seed, jobCount, tenantCount, overMs, kindNames = loadKinds } = options;
  const random = randomOf(seed);
  const jobs = Array.from({ length: jobCount }, () => ({
    afterMs: Math.floor(random() * overMs),
    kindName: kindAt(random(), kindNames),
    tenant: Math.floor(random() * tenantCount),
  }));
  return jobs.toSorted((a, b) => a.afterMs - b.afterMs);
};

const kindAt = (fraction: number, kindNames: readonly KindName[]): KindName => {
  const shareOf = (name: KindName): number => MIX[name] ?? 0;
  let left = fraction * kindNames.reduce((sum, name) => sum + shareOf(name), 0);
  return kindNames.find((name) => (left -= shareOf(name)) < 0) ?? kindNames[0];
};
