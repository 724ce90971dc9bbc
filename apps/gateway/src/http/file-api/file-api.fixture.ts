import type { HttpUnderTest } from '../http.fixture.js';
import { TOKEN } from '../http.fixture.js';

export interface Answered {
  status: number;
  body: Record<string, unknown>;
}

export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** What a client of the file API does. */
export const fileApiClient = (http: HttpUnderTest, token = TOKEN, scheme = 'Bearer') => {
  const call = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown): Promise<Answered> => {
    const response = await http.app.inject({
      ...{ method, url, headers: { authorization: `${scheme} ${token}` } },
      ...(body !== undefined && { payload: body as object }),
    });
    return { status: response.statusCode, body: response.body === '' ? {} : response.json<Answered['body']>() };
  };
  const announce = async (filename: string, categoryId?: string): Promise<Record<string, string>> => {
    const { body } = await call('POST', '/oserve/v2.1/upload/', { filename, category_id: categoryId });
    return body as Record<string, string>;
  };
  const send = async (
    announced: Record<string, string>,
    content: Buffer,
    change: { url?: string; fields?: [string, string][]; fileFirst?: boolean; cutBytes?: number } = {},
  ): Promise<Answered> => {
    const fields = change.fields ?? [
      ['policy', announced['policy']],
      ['authorization', announced['authorization']],
    ];
    const payload = formOf(fields, content, change.fileFirst !== false);
    const { pathname, search } = new URL(change.url ?? announced['upload_url']);
    const response = await http.app.inject({
      ...{
        method: 'POST',
        url: `${pathname}${search}`,
        payload: payload.subarray(0, change.cutBytes ?? payload.length),
      },
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    });
    return { status: response.statusCode, body: response.json<Answered['body']>() };
  };
  const upload = async (filename: string, content: Buffer, categoryId?: string): Promise<string> => {
    const announced = await announce(filename, categoryId);
    const { status, body } = await send(announced, content);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return announced['id'];
  };
  return { call, announce, send, upload };
};

const BOUNDARY = 'clipfleet-test-boundary';

const formOf = (fields: [string, string][], content: Buffer, fileFirst: boolean): Buffer => {
  const part = (disposition: string, body: Buffer): Buffer[] => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    body,
    Buffer.from('\r\n'),
  ];
  const file = part('name="file"; filename="declared.exe"', content);
  const others = fields.flatMap(([name, value]) => part(`name="${name}"`, Buffer.from(value)));
  return Buffer.concat([
    ...(fileFirst ? [...file, ...others] : [...others, ...file]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
};
