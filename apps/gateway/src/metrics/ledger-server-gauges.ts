import { Inject, Injectable } from '@nestjs/common';
import { LedgerServerRepository } from '@clipfleet/ledger';
import {
  forgetGauge,
  type Gauge,
  ledgerConnections,
  ledgerConnectionsLimit,
  ledgerStandbyLagBytes,
  ledgerStandbys,
  LOGGER,
  type Logger,
} from '@clipfleet/platform';
import { ReadGauges } from './read-gauges.js';

const EVERY_MS = 10_000;

/** The server under the ledger: whether it has connections left, and whether its standbys follow. */
@Injectable()
export class LedgerServerGauges extends ReadGauges {
  constructor(
    @Inject(LedgerServerRepository) private readonly server: LedgerServerRepository,
    @Inject(LOGGER) logger: Logger,
  ) {
    const gauges = [ledgerConnections, ledgerConnectionsLimit, ledgerStandbys, ledgerStandbyLagBytes];
    super({ gauges, everyMs: EVERY_MS, logger });
  }

  override async read(): Promise<void> {
    const { connections, connectionsLimit, standbys, standbyLagBytes } = await this.server.look();
    ledgerConnections.set(connections);
    ledgerConnectionsLimit.set(connectionsLimit);
    setIfKnown(ledgerStandbys, standbys);
    setIfKnown(ledgerStandbyLagBytes, standbyLagBytes);
  }
}

const setIfKnown = (gauge: Gauge, value: number | null): void => {
  if (value === null) forgetGauge(gauge);
  else gauge.set(value);
};
