/** What of autocannon is used here; it brings no types. */
declare module 'autocannon' {
  export interface LoadRequest {
    method?: string;
    path?: string;
    headers?: Record<string, string>;
    body?: string;
    setupRequest?: (request: LoadRequest) => LoadRequest;
  }
  export interface LoadOptions {
    url: string;
    connections: number;
    /** Seconds. */
    duration: number;
    requests: LoadRequest[];
  }
  export interface LoadResult {
    /** Seconds. */
    duration: number;
    '2xx': number;
    non2xx: number;
    errors: number;
    timeouts: number;
  }
  const autocannon: (options: LoadOptions) => Promise<LoadResult>;
  export = autocannon;
}
