import { createHash } from 'node:crypto';
import { parseAside, type ThreadLimits } from '@clipfleet/platform';
import type { ParsedPlaylist, ParseLimits, ParseRequest } from '@clipfleet/timeline';
import { LRUCache } from 'lru-cache';

export interface LoadLimits {
  parse: ParseLimits;
  thread: ThreadLimits;
}

/** Of texts, whose timelines take some three times as much memory. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

export type PlaylistText = Omit<ParseRequest, 'nowMs' | 'limits'>;

/**
 * Parses playlists, and each text once: many clips are made of one recording, and whoever waits for a live edge looks at the same
 * text as all who wait beside. Known by their content, so that a playlist that was written to is another one.
 */
export class ParsedPlaylists {
  private readonly known = new LRUCache<string, Promise<ParsedPlaylist>>({ maxSize: MAX_KEPT_BYTES });

  constructor(private readonly limits: LoadLimits) {}

  /** Frozen: it is others', too. Throws TimelineError. */
  async parse(playlist: PlaylistText, signal: AbortSignal): Promise<ParsedPlaylist> {
    signal.throwIfAborted();
    const name = nameOf(playlist);
    let parsing = this.known.get(name);
    if (parsing === undefined) {
      parsing = this.read(playlist);
      this.known.set(name, parsing, { size: playlist.text.length + 1 });
      parsing.then(
        (parsed) => !staysTrue(playlist, parsed) && this.known.delete(name),
        () => this.known.delete(name),
      );
    }
    return unlessAborted(parsing, signal);
  }

  /** Not one request's to abort, since others wait for it; the thread has limits of its own. */
  private async read(playlist: PlaylistText): Promise<ParsedPlaylist> {
    const request = { ...playlist, nowMs: Date.now(), limits: this.limits.parse };
    return frozen(await parseAside(request, this.limits.thread, new AbortController().signal));
  }
}

const nameOf = ({ text, ...place }: PlaylistText): string =>
  createHash('sha256').update(JSON.stringify(place)).update(text).digest('base64');

/** A dynamic MPD says by the clock how far it has come. */
const staysTrue = ({ format }: PlaylistText, parsed: ParsedPlaylist): boolean =>
  format === 'hls' || (parsed.kind === 'media' && !parsed.timeline.growing);

const frozen = (parsed: ParsedPlaylist): ParsedPlaylist => {
  if (parsed.kind === 'media') {
    const { segments, warnings } = parsed.timeline;
    for (const each of [...segments, segments, warnings, parsed.timeline]) Object.freeze(each);
  }
  return Object.freeze(parsed);
};

const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
