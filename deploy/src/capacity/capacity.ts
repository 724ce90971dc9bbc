/** What one export costs, as measured; per export unless its name says otherwise. */
export interface MeasuredCosts {
  /** Processor time of each kind of process. */
  cpuMs: Readonly<Record<ProcessName, number>>;
  /** Messages that JetStream stores, and their bytes with headers. */
  messages: number;
  messageBytes: number;
  /** Of the ledger, those that only read among them. */
  transactions: number;
  /** Of the ledger, with indexes: while its work is kept (an hour), and as long as it is listed. */
  workBytes: number;
  rowBytes: number;
  /** Of an export that ended in the last day, in NATS. */
  endedDiskBytes: number;
  endedResidentBytes: number;
  /** Of the output. It is read once and written once. */
  outputBytes: number;
  /** Processor seconds of the transcode workers, with their ffmpegs, for a second of media. */
  encodeCpuSecondsPerSecond: number;
}

export const processNames = ['gateway', 'planner', 'segment-worker', 'postgres', 'nats'] as const;
export type ProcessName = (typeof processNames)[number];

export interface Assumptions {
  exportsPerMinute: number;
  /** Of each core that is planned for: the rest is for peaks and for what was not measured. */
  utilisation: number;
  /** A Node process does its JavaScript on one core. */
  coresPerPod: number;
  /** Pods and servers below which one failure is felt. */
  fewest: Readonly<Record<ProcessName, number>>;
  /** NATS writes each message so often. */
  replicas: number;
  retentionDays: number;
}

/** What encoding takes. It is not part of a copy, and all of it is the transcode workers'. */
export interface EncodePlan {
  mediaSecondsPerSecond: number;
  cores: number;
  /** Pods of so many cores; one encode fills a pod. */
  pods: number;
}

export interface CapacityPlan {
  exportsPerSecond: number;
  /** Processor seconds a second, before utilisation. */
  cores: Record<ProcessName, number>;
  /** Pods of our apps; of the servers, cores each of them needs, as one of them takes all writes. */
  pods: Record<ProcessName, number>;
  messagesPerSecond: number;
  streamBytesPerSecond: number;
  transactionsPerSecond: number;
  ledgerBytes: number;
  storeBytesPerSecond: number;
}

export const capacityPlan = (costs: MeasuredCosts, given: Assumptions): CapacityPlan => {
  const exportsPerSecond = given.exportsPerMinute / 60;
  const of = (each: (name: ProcessName) => number): Record<ProcessName, number> =>
    Object.fromEntries(processNames.map((name) => [name, each(name)])) as Record<ProcessName, number>;
  const cores = of((name) => (costs.cpuMs[name] * exportsPerSecond) / 1000);
  return {
    exportsPerSecond,
    cores,
    pods: of((name) => Math.max(given.fewest[name], Math.ceil(cores[name] / given.utilisation / given.coresPerPod))),
    messagesPerSecond: exportsPerSecond * costs.messages,
    streamBytesPerSecond: exportsPerSecond * costs.messageBytes * given.replicas,
    transactionsPerSecond: exportsPerSecond * costs.transactions,
    ledgerBytes: exportsPerSecond * (3_600 * costs.workBytes + 86_400 * given.retentionDays * costs.rowBytes),
    storeBytesPerSecond: exportsPerSecond * costs.outputBytes * 2,
  };
};

export const encodePlan = (
  { encodeCpuSecondsPerSecond }: Pick<MeasuredCosts, 'encodeCpuSecondsPerSecond'>,
  given: { exportsPerMinute: number; mediaSecondsEach: number; utilisation: number; coresPerPod: number },
): EncodePlan => {
  const mediaSecondsPerSecond = (given.exportsPerMinute * given.mediaSecondsEach) / 60;
  const cores = mediaSecondsPerSecond * encodeCpuSecondsPerSecond;
  return { mediaSecondsPerSecond, cores, pods: Math.ceil(cores / given.utilisation / given.coresPerPod) };
};
