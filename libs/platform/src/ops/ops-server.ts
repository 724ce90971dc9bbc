import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { acceptsOpenMetrics, openMetricsContentType, renderOpenMetrics } from '../metrics/open-metrics.js';
import { ready, readinessCheck } from '../metrics/readiness-metrics.js';
import type { Logger } from '../logging/logger.js';
import type { Readiness } from './readiness.js';

export interface OpsServerOptions {
  host: string;
  /** 0: any free port, told in the log and by `start()`. */
  port: number;
}

/**
 * /metrics for Prometheus (OpenMetrics with exemplars for who asks for it, else its text format), /healthz (the event loop turns, and nothing is lost that only a new
 * process would have: 503 names it), /readyz (all readiness checks;
 * 503 names those that fail). Apart from the app's own HTTP server, so that it is never public and answers while that one is busy.
 */
export class OpsServer {
  private server?: Server;

  constructor(
    private readonly options: OpsServerOptions,
    private readonly readiness: Readiness,
    private readonly registry: Registry,
    private readonly logger: Logger,
  ) {}

  async start(): Promise<{ port: number }> {
    const server = createServer((request, response) => void this.answer(request, response));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.options.port, this.options.host, resolve);
    });
    const { port } = server.address() as AddressInfo;
    this.logger.info(
      { opsPort: port },
      `ops server on http://${this.options.host}:${port} (/metrics /healthz /readyz)`,
    );
    return { port };
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private async tellReadiness(): Promise<void> {
    const { ready: isReady, checks } = await this.readiness.report();
    ready.set(isReady ? 1 : 0);
    for (const [check, result] of Object.entries(checks)) readinessCheck.set({ check }, result === 'ok' ? 1 : 0);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      switch (request.url?.split('?')[0]) {
        case '/metrics':
          await this.tellReadiness();
          return acceptsOpenMetrics(request.headers.accept)
            ? send(response, 200, openMetricsContentType, await renderOpenMetrics(this.registry))
            : send(response, 200, this.registry.contentType, await this.registry.metrics());
        case '/healthz': {
          const failures = this.readiness.fatal();
          const alive = Object.keys(failures).length === 0;
          return send(response, alive ? 200 : 503, 'application/json', JSON.stringify({ alive, ...failures }));
        }
        case '/readyz': {
          const report = await this.readiness.report();
          return send(response, report.ready ? 200 : 503, 'application/json', JSON.stringify(report));
        }
        default:
          return send(response, 404, 'text/plain', 'not found\n');
      }
    } catch (error) {
      this.logger.error({ err: error }, 'the ops server could not answer');
      return send(response, 500, 'text/plain', 'error\n');
    }
  }
}

const send = (response: ServerResponse, status: number, type: string, body: string): void =>
  void response.writeHead(status, { 'content-type': type }).end(body);
