/** What of mediabunny is used here: so that what does not run it builds without the package. */
declare module 'mediabunny' {
  export class FilePathSource {
    constructor(path: string);
  }
  export class FilePathTarget {
    constructor(path: string);
  }
  export const MPEG_TS: unknown;
  export class Mp4OutputFormat {}
  export class Input {
    constructor(options: { source: FilePathSource; formats: unknown[] });
  }
  export class Output {
    constructor(options: { format: Mp4OutputFormat; target: FilePathTarget });
  }
  export class Conversion {
    static init(options: { input: Input; output: Output }): Promise<Conversion>;
    execute(): Promise<void>;
  }
}
