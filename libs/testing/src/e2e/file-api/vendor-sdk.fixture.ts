import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What we use of the vendor's own client. */
export interface VendorSdk {
  File: new () => {
    upload(
      file: { fileObj: unknown },
      meta?: object,
    ): Promise<{ data: { file: Record<string, unknown>; path: string } }>;
    get(id: string): Promise<{ data: Record<string, unknown> }>;
    find(options?: {
      withCount: boolean;
    }): Promise<{ data: { meta: Record<string, unknown>; objects: { id: string }[] } }>;
    setQuery(query: unknown): InstanceType<VendorSdk['File']>;
    orderBy(key: string): InstanceType<VendorSdk['File']>;
    limit(count: number): InstanceType<VendorSdk['File']>;
    offset(count: number): InstanceType<VendorSdk['File']>;
    count(): Promise<number>;
    delete(ids: string | string[]): Promise<{ status: number }>;
  } & Record<MediaCall, (body: object) => Promise<Record<string, unknown>>>;
  FileCategory: new () => {
    get(id: string): Promise<{ data: Record<string, unknown> }>;
    find(): Promise<{ data: { objects: { id: string }[] } }>;
    getFileList(id: string): Promise<{ data: { objects: { id: string }[] } }>;
  };
  Query: new () => {
    in(key: string, values: string[]): unknown;
    compare(key: string, operator: string, value: unknown): unknown;
  };
}
type MediaCall = 'genVideoSnapshot' | 'videoConcat' | 'videoClip' | 'videoMeta' | 'videoAudioMeta';

interface ConfigurableSdk extends VendorSdk {
  init(clientId: string, options: { host: string }): void;
  _config: { API: Record<string, unknown>; METHOD_MAP_LIST: Record<string, { url: string }>[]; AUTH_PREFIX: string };
  _createRequestMethod(): void;
}
type Dom = {
  window: {
    eval(code: string): void;
    close(): void;
    localStorage: { setItem(name: string, value: string): void };
    BaaS: ConfigurableSdk;
    File: typeof File;
    Array: typeof Array;
  };
};

const require = createRequire(import.meta.url);
// neither has types of its own
const { JSDOM } = require('jsdom') as { JSDOM: new (html: string, options: object) => Dom };
const code = readFileSync(require.resolve('minapp-sdk/lib/web.js'), 'utf8');

/** As clients of the open API have it: other paths, and another word before the token. */
const pointAtOpenApi = ({ _config: config }: ConfigurableSdk): void => {
  const moved = (path: string): string =>
    path.replace(/\/hserve\/v2\.\d\/uploaded-file\//, '/oserve/v2.2/file/').replace('/hserve/', '/oserve/');
  for (const [name, path] of Object.entries(config.API)) if (typeof path === 'string') config.API[name] = moved(path);
  for (const methods of config.METHOD_MAP_LIST)
    for (const method of Object.values(methods)) method.url = moved(method.url);
  config.AUTH_PREFIX = 'Bearer';
};

/** The vendor's client in a browser of its own, whose page lies on the server: jsdom asks as a browser does. */
export const openVendorSdk = ({ url, token }: { url: string; token: string }, api: 'hserve' | 'oserve') => {
  const { window } = new JSDOM('', { url, runScripts: 'outside-only' });
  window.eval(code);
  const sdk = window.BaaS;
  if (api === 'oserve') pointAtOpenApi(sdk);
  sdk.init('client-of-the-tests', { host: url });
  sdk._createRequestMethod();
  window.localStorage.setItem('ifx_baas_auth_token', JSON.stringify({ value: token }));
  return {
    sdk: sdk as VendorSdk,
    /** A file as a page has it. */
    fileOf: (name: string, content: Uint8Array<ArrayBuffer>): unknown => new window.File([content], name),
    /** A list as a page has it: the client asks whether it is an `Array`. */
    listOf: (...values: string[]): string[] => window.Array.from(values),
    close: () => window.close(),
  };
};
