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
  /** 1-based. */
  readonly deliveryCount: number;
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
    ({
      deliveryCount: this.deliveryCount,
      streamSequence: this.streamSequence,
      publishedAtMs: this.publishedAtMs,
    } = parseAckSubject(msg.reply ?? ''));
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
