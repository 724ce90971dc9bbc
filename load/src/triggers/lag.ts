import type { LagTrigger } from '@clipfleet/deploy';

interface JetStreamReport {
  account_details?: { name: string; stream_detail?: StreamDetail[] }[];
}
interface StreamDetail {
  name: string;
  consumer_detail?: { name: string; num_pending: number; num_ack_pending: number }[];
}

/** What waits for a consumer and what it works on, of `/jsz?consumers=true`. Throws when it does not speak of the consumer. */
export const lagOf = (report: JetStreamReport, { account, stream, consumer }: LagTrigger): number => {
  const found = report.account_details
    ?.find(({ name }) => name === account)
    ?.stream_detail?.find(({ name }) => name === stream)
    ?.consumer_detail?.find(({ name }) => name === consumer);
  if (!found) throw new Error(`NATS tells of no consumer ${consumer} of ${stream} in ${account}`);
  return found.num_pending + found.num_ack_pending;
};

/** As KEDA asks: at the server's monitoring port. */
export const readLag = async (monitoringUrl: string, trigger: LagTrigger): Promise<number> => {
  const query = new URLSearchParams({ acc: trigger.account, consumers: 'true', config: 'true' });
  const response = await fetch(`${monitoringUrl}/jsz?${query}`);
  if (!response.ok) throw new Error(`NATS: HTTP ${response.status}`);
  return lagOf((await response.json()) as JetStreamReport, trigger);
};
