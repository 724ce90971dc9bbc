/** How many messages an app is handling, of one kind or of all; none when it does not run. */
export const tasksInFlight = async (opsUrl: string, kind?: string): Promise<number> => {
  const response = await fetch(`${opsUrl}/metrics`).catch(() => undefined);
  const text = (await response?.text()) ?? '';
  const lines = text.matchAll(/^clipfleet_tasks_in_flight\{kind="([^"]+)"[^}]*\} (\d+)/gm);
  return [...lines].reduce((sum, [, of, count]) => sum + (kind === undefined || kind === of ? Number(count) : 0), 0);
};
