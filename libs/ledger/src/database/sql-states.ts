/**
 * Failures after which the same statement may be sent again. Every statement of the ledger is conditional, so sending one
 * whose first outcome is unknown (a connection lost after COMMIT was sent) changes nothing the second time.
 */
export const retryableSqlStates: Readonly<Record<string, string>> = {
  '40001': 'serialization_failure',
  '40P01': 'deadlock_detected',
  '55P03': 'lock_not_available',
  '53300': 'too_many_connections',
  '57P01': 'admin_shutdown',
  '57P02': 'crash_shutdown',
  '57P03': 'cannot_connect_now',
  '58000': 'system_error',
  '08000': 'connection_exception',
  '08001': 'sqlclient_unable_to_establish_sqlconnection',
  '08003': 'connection_does_not_exist',
  '08004': 'sqlserver_rejected_establishment_of_sqlconnection',
  '08006': 'connection_failure',
  // node's own, in the same `code` field
  ECONNREFUSED: 'nobody listens: the server restarts',
  ECONNRESET: 'the server closed the connection',
  EPIPE: 'the server closed the connection',
  ETIMEDOUT: 'the network lost the connection',
};

/** pg reports these without a code. */
const connectionMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
];

export const isRetryable = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const code = (error as Error & { code?: unknown }).code;
  if (typeof code === 'string' && code in retryableSqlStates) return true;
  return connectionMessages.some((text) => error.message.includes(text));
};
