/** What of autocannon is used here; it brings no types. */
declare module 'autocannon' {
  namespace autocannon {
    interface LoadRequest {
      method?: string;
      path?: string;
      headers?: Record<string, string>;
      body?: string;
      setupRequest?: (request: LoadRequest) => LoadRequest;
    }
    interface LoadOptions {
      url: string;
      connections: number;
      /** Seconds. */
      duration: number;
      /** Seconds. */
      timeout?: number;
      requests: LoadRequest[];
    }
    interface LoadResult {
      /** Seconds. */
      duration: number;
      '2xx': number;
      non2xx: number;
      errors: number;
      timeouts: number;
      /** Milliseconds. */
      latency: { p50: number; p99: number };
    }
  }
  function autocannon(options: autocannon.LoadOptions): Promise<autocannon.LoadResult>;
  export = autocannon;
}
