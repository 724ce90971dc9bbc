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
export const recordedLoad = ({ seed, jobCount, tenantCount, overMs }: LoadOptions): PlannedJob[] => {
  const random = randomOf(seed);
  const jobs = Array.from({ length: jobCount }, () => ({
    afterMs: Math.floor(random() * overMs),
    kindName: kindAt(random()),
    tenant: Math.floor(random() * tenantCount),
  }));
  return jobs.toSorted((a, b) => a.afterMs - b.afterMs);
};

const total = Object.values(MIX).reduce((sum, share) => sum + share, 0);

const kindAt = (fraction: number): KindName => {
  let left = fraction * total;
  return loadKinds.find((name) => (left -= MIX[name] ?? 0) < 0) ?? loadKinds[0];
};
