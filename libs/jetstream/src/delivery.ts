import { returnableHeaders } from '@clipfleet/contracts';
import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node';

const ACK_TIMEOUT_MS = 2_000;
const ACK_TRIES = 3;

/**
 * One delivered message of a pull consumer. Every settlement is confirmed by the server and tried again: an acknowledgement
 * lost in a reconnect would make finished work run twice.
 */
export class Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;
  /** Of the work, over all messages that asked for it: 1-based. */
  readonly deliveryCount: number;
  /** Deliveries before this one that nobody settled. Of messages of the ledger's: processes that died, and little else. */
  readonly unsettledCount: number;
  /** This message was delivered before. */
  readonly isRedelivered: boolean;
  /** Set: the ledger's, which sends it again when it is given back. */
  readonly returnableId: string | undefined;
  readonly streamSequence: number;
  /** When the stream stored it. */
  readonly publishedAtMs: number;

  constructor(
    private readonly nc: NatsConnection,
    private readonly msg: Msg,
  ) {
    this.subject = msg.subject;
    this.data = msg.data;
    this.headers = msg.headers;
    const { deliveryCount, streamSequence, publishedAtMs } = parseAckSubject(msg.reply ?? '');
    const earlier = earlierOf(msg.headers);
    this.deliveryCount = earlier.deliveryCount + deliveryCount;
    this.unsettledCount = this.deliveryCount - 1 - earlier.returnCount;
    this.isRedelivered = deliveryCount > 1;
    this.returnableId = earlier.messageId;
    this.streamSequence = streamSequence;
    this.publishedAtMs = publishedAtMs;
  }

  /** Still at it: starts ack_wait anew. */
  working(): void {
    if (!this.nc.isClosed()) this.msg.respond('+WPI');
  }

  ack(): Promise<void> {
    return this.confirm('+ACK');
  }

  /** 0: redelivered at once. */
  nak(delayMs: number): Promise<void> {
    return this.confirm(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: Math.round(delayMs) * 1_000_000 })}` : '-NAK');
  }

  /** Without a reason: nat-server 2.9 ignores a `+TERM` that carries one, and delivers the message again. */
  term(): Promise<void> {
    return this.confirm('+TERM');
  }

  /** Does not wait: for a shutdown whose time is up. */
  handBackNow(): void {
    if (!this.nc.isClosed()) this.msg.respond('-NAK');
  }

  private async confirm(verb: string): Promise<void> {
    for (let tryCount = 1; ; tryCount++) {
      try {
        await this.nc.request(this.msg.reply ?? '', verb, { timeout: ACK_TIMEOUT_MS });
        return;
      } catch (error) {
        if (tryCount >= ACK_TRIES || this.nc.isClosed()) throw error;
      }
    }
  }
}

/** ADR-4 of NATS: the header that makes one message of two publications. */
export const MESSAGE_ID = 'Nats-Msg-Id';

/** What the ledger says of the messages before this one. */
const earlierOf = (headers: MsgHdrs | undefined) => {
  const deliveries = headers?.get(returnableHeaders.deliveries);
  const messageId = headers?.get(MESSAGE_ID);
  if (!deliveries || !messageId) return { deliveryCount: 0, returnCount: 0, messageId: undefined };
  return {
    ...{ deliveryCount: Number(deliveries), returnCount: Number(headers?.get(returnableHeaders.returns)) },
    messageId,
  };
};

// NATS ADR-15: $JS.ACK.<stream>.<consumer>.<delivered>.<sseq>.<cseq>.<tm>.<pending>, newer servers with <domain>.<account> first
export const parseAckSubject = (
  reply: string,
): { deliveryCount: number; streamSequence: number; publishedAtMs: number } => {
  const tokens = reply.split('.');
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) throw new Error(`not a delivery: ${reply}`);
  const first = tokens.length === 9 ? 4 : 6;
  return {
    deliveryCount: Number(tokens[first]),
    streamSequence: Number(tokens[first + 1]),
    publishedAtMs: Math.floor(Number(tokens[first + 3]) / 1e6),
  };
};
