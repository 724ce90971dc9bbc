/** Resolves at the first SIGINT or SIGTERM; a second SIGINT while things are being stopped ends the process at once (the watchdog goes on). */
export const untilInterrupted = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    let count = 0;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (++count > 1) process.exit(130);
      if (process.stdout.isTTY) process.stdout.write('\n');
      console.log(`stopping (${signal})`);
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.on('SIGHUP', onSignal);
  });
