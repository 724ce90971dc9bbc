/** `node remux-main.js ours|mediabunny INPUT OUTPUT`: prints the processor seconds of the work, without those of the start. */
const [how, input, output] = process.argv.slice(2);
const work: (input: string, output: string) => Promise<void> | void =
  how === 'ours'
    ? (await import('./remux-ours.js')).remuxOurs
    : (await import('./remux-mediabunny.js')).remuxMediabunny;
const before = process.cpuUsage();
await work(input, output);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1_000_000);
